"""Where to look: a field for words or a place, and beneath it what they may mean."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_memo, use_once
from client.core.language import t, tn
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.design import fields
from client.design.buttons import target
from client.design.feedback import Loading, grey_lines
from client.design.rows import keyed
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.search.criteria import Criteria, summary
from client.features.search.state import Editor, Offers, Recents
from client.parts.listing import place_text, place_words, type_word
from shared_models.search import HomeNamed, Place, PlaceKind

Apply = Callable[[Criteria], Awaitable[None]]
Offer = Place | HomeNamed | Criteria
Pick = Callable[[Offer], None]


@panel
def Where(editor: Editor, on_place: Callable[[str], None], apply: Apply) -> ft.Control:
    """A field with suggestions; arrows light one, Enter takes it, or searches for the words as they are."""
    session, page = use_session(), ft.context.page
    offers = use_once(lambda: Offers(session.http))
    look_up = use_once(lambda: Action(offers.look_up, latest=True))
    box = use_memo(lambda: ft.Ref[ft.TextField](), [])

    async def begin() -> None:
        # `autofocus` yields to the button that opened this, which has the focus.
        if box.current is not None:
            await box.current.focus()  # type: ignore[no-untyped-call]
        page.run_task(look_up.start, editor.draft.text, editor.draft.let_type)
        offers.recent = await Recents(session.device).all()

    ft.use_effect(begin, [])

    def typed(value: str) -> None:
        editor.change(text=value[:200])
        page.run_task(look_up.start, value, editor.draft.let_type)

    def pick(offer: Offer) -> None:
        if isinstance(offer, Place):
            on_place(place_text(offer))
        elif isinstance(offer, Criteria):
            page.run_task(apply, offer)
        else:
            criteria = editor.draft
            page.navigate(paths.home(offer.slug, criteria.check_in, criteria.check_out, criteria.guests))

    def submit() -> None:
        if (offer := offers.chosen) is not None:
            pick(offer)
        else:
            page.run_task(apply, editor.draft)

    def key(e: ft.KeyDownEvent) -> None:
        if e.key in STEPS:
            offers.light(STEPS[e.key])

    field = fields.text_field(
        t("Place, home or what you look for"),
        editor.draft.text,
        typed,
        hint=t("2 bed near the castle under 100"),
        on_submit=submit,
        max_length=200,
        ref=box,
    )
    return ft.Column(
        [ft.KeyboardListener(field, on_key_down=key), _Suggestions(offers, look_up, pick)],
        spacing=8,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


STEPS = {"Arrow Down": 1, "Arrow Up": -1}


@ft.component
def _Suggestions(offers: Offers, look_up: Action, pick: Pick) -> ft.Control:
    if look_up.problem is not None:
        words = t("{reason}. You can search all the same.", reason=problem_words(look_up.problem).rstrip("."))
        return text(words, Style.SMALL, Colour.TEXT_2)
    if offers.asked is None:
        return Loading(grey_lines(), t("Looking for places"), t("Still looking for places"))
    groups = (
        (t("Places") if offers.asked else t("Places with most homes"), offers.places),
        (t("Homes"), offers.homes),
        (t("Searched before on this device"), offers.recents),
    )
    rows: list[ft.Control] = []
    number = 0
    for name, group in groups:
        if group:
            rows.append(ft.Container(text(name, Style.CAPTION), padding=ft.Padding(10, 6, 10, 0)))
        for offer in group:
            rows.append(keyed(_identity(offer), _row(offer, pick, lit=number == offers.lit)))
            number += 1
    if not rows:
        rows = [text(t("No place and no home is called that. Search to look for the words everywhere."), Style.SMALL)]
    return ft.Column(rows, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _row(offer: Offer, pick: Pick, *, lit: bool) -> ft.Control:
    icon, title, note = _face(offer)
    face = ft.Row(
        [
            ft.Icon(icon, size=Size.ICON, color=Colour.TEXT_2),
            ft.Column([one_line(title, Style.LABEL, Colour.TEXT), one_line(note, Style.SMALL)], spacing=0, expand=True),
        ],
        spacing=12,
    )

    def press(_: Any) -> None:
        pick(offer)

    return target(
        face,
        f"{title}, {note}",
        press,
        line=None,
        radius=Radius.CONTROL,
        bgcolor=Colour.SUNKEN if lit else ft.Colors.TRANSPARENT,
        padding=ft.Padding.symmetric(horizontal=10, vertical=8),
        align=ft.Alignment.CENTER_LEFT,
        selected=lit,
    )


def _identity(offer: Offer) -> str:
    return offer.slug if isinstance(offer, HomeNamed) else repr(offer)


def _face(offer: Offer) -> tuple[ft.IconData, str, str]:
    if isinstance(offer, Criteria):
        return ft.Icons.HISTORY_ROUNDED, offer.text, summary(offer)
    if isinstance(offer, HomeNamed):
        where = place_words(offer.city, offer.neighbourhood)
        return ft.Icons.HOME_OUTLINED, offer.title, f"{type_word(offer.type)} · {where}"
    homes = tn("{n} home", "{n} homes", offer.homes)
    if offer.kind is PlaceKind.CITY:
        return ft.Icons.LOCATION_CITY_OUTLINED, offer.name, homes
    return ft.Icons.PLACE_OUTLINED, offer.name, f"{offer.city} · {homes}"
