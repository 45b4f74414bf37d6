"""Two versions of one home: both are shown, one is chosen, and the other can be had back."""

from collections.abc import Callable

import flet as ft

from client.core.language import t
from client.design.buttons import filled, outlined
from client.design.layout import SizeClass, divider, use_size
from client.design.sheets import sheet
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.home_form.facts import differing
from client.features.home_form.state import HomeEditor
from client.features.home_form.typed import Typed
from client.features.home_form.words import field_word, value_words
from client.parts.dialogs import say


def use_versions(form: HomeEditor, page: ft.Page, touch: Callable[[], None]) -> Callable[[], None]:
    """Hook: asks which version stands whenever the server has another one than the page; answers how to ask again."""
    phone = use_size() is SizeClass.PHONE
    seen: tuple[object, Callable[[object], None]] = ft.use_state(None)
    other = form.other

    def chosen(choose: Callable[[], Typed], words: str) -> None:
        given_up = choose()
        touch()

        def back() -> None:
            form.take_back(given_up)
            touch()

        say(page, words, back)

    def later() -> None:
        seen[1](other)

    dialog = None
    if other is not None and seen[0] is not other:
        whose = t("The home was changed elsewhere") if other.of_home else t("Another device kept other words")
        dialog = sheet(
            whose,
            _both(form.typed, other.typed),
            phone=phone,
            close_name=t("Decide later"),
            on_close=later,
            actions=[
                outlined(t("Take the other"), lambda _: chosen(form.take_theirs, t("The other version stands now."))),
                filled(t("Keep mine"), lambda _: chosen(form.keep_mine, t("Your version stands."))),
            ],
            width=560,
        )
    ft.use_dialog(dialog)
    return lambda: seen[1](None)


def _both(mine: Typed, theirs: Typed) -> ft.Control:
    rows: list[ft.Control] = [
        text(t("Nothing is lost: choose one, and the other can be had back."), color=Colour.TEXT_2)
    ]
    for name in differing(mine, theirs):
        rows += [
            divider(),
            ft.Column(
                [
                    text(field_word(name), Style.LABEL),
                    _version(t("Mine"), value_words(mine, name)),
                    _version(t("The other"), value_words(theirs, name)),
                ],
                spacing=2,
                tight=True,
            ),
        ]
    return ft.Column(rows, spacing=10, tight=True)


def _version(whose: str, words: str) -> ft.Control:
    return ft.Column([text(whose, Style.SMALL, Colour.TEXT_2), text(words, max_lines=4)], spacing=0, tight=True)
