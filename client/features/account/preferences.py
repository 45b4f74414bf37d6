"""How the app looks and speaks, and a copy of all that is kept of oneself."""

import functools
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.device import save_one
from client.core.hooks import use_once, use_start
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import Session, use_preferences
from client.design.buttons import outlined
from client.design.chips import segments
from client.design.fields import error_summary
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.account import state
from shared_models.languages import Language
from shared_models.users import Theme

OWN_NAMES = {Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}
"""What each language calls itself, so that whoever speaks it finds it."""
FILE_NAME = "estospaces-my-data.json"


@panel
def LookPanel(session: Session) -> ft.Control:
    """Light or dark, and the language; kept on this device and, for whoever is signed in, with the account."""
    now, start = use_preferences(), use_start()
    keep = use_once(lambda: Action(functools.partial(state.prefer, session), latest=True))

    async def wear(word: str) -> None:
        await keep.start(Theme(word), None)

    async def speak(word: str) -> None:
        await keep.start(None, Language(word))

    themes = [
        (Theme.SYSTEM.value, t("As the device")),
        (Theme.LIGHT.value, t("Light")),
        (Theme.DARK.value, t("Dark")),
    ]
    languages = [(language.value, name) for language, name in OWN_NAMES.items()]
    problem = []
    if keep.problem is not None:
        words = t("It holds on this device. It was not kept with your account: {why}", why=problem_words(keep.problem))
        problem = [error_summary(words)]
    return ft.Column(
        [
            header(t("Appearance"), 2),
            segments(themes, now.theme.value, lambda word: start(wear, word)()),
            ft.Container(header(t("Language"), 2), padding=ft.Padding.only(top=10)),
            segments(languages, now.language.value, lambda word: start(speak, word)()),
            text(_mails(session), Style.SMALL, Colour.TEXT_2),
            *problem,
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _mails(session: Session) -> str:
    """In which language mails come: the account's, which may not be the one that is read here."""
    names = {Language.ENGLISH: t("English"), Language.GERMAN: t("German")}
    chosen = session.me.language if session.me is not None else None
    return t("Mails come in {language}.", language=names.get(chosen or Language.ENGLISH, names[Language.ENGLISH]))


@panel
def DataPanel(session: Session) -> ft.Control:
    """All that is kept of oneself, as a file."""
    fetch = use_once(lambda: Action(lambda: _save(session)))

    async def download(_: Any) -> None:
        await fetch.start()

    words = t("All that is kept of you and no one else, as one file (JSON): account, homes, stays, what you were told.")
    problem = [error_summary(problem_words(fetch.problem))] if fetch.problem is not None else []
    return ft.Column(
        [
            header(t("Your data"), 2),
            text(words, color=Colour.TEXT_2),
            *problem,
            ft.Row([outlined(t("Download a copy"), download, icon=ft.Icons.DOWNLOAD_ROUNDED, busy=fetch.running)]),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


async def _save(session: Session) -> None:
    await save_one(t("Keep your data"), FILE_NAME, await state.copy_of_all(session))
