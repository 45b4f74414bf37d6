"""Form fields: a label above, 48 high, help or an error that says how to correct it below.

All are controlled: the state holds the value, so that nothing typed is lost when a screen renders again or reconnects.
"""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.shortcuts import typing_begins, typing_ends
from client.design.buttons import FOCUS, REST, OnClick, icon_button, target
from client.design.handlers import calling
from client.design.rows import keyed
from client.design.text import text
from client.design.theme import text_style
from client.design.tokens import Colour, Radius, Size, Style

OnValue = Callable[[str], Any]


def text_field(
    label: str,
    value: str,
    on_change: OnValue,
    *,
    help: str = "",  # noqa: A002  the word of the design
    error: str | None = None,
    unit: str = "",
    unit_after: str = "",
    hint: str = "",
    on_leave: Callable[[], Any] | None = None,
    on_submit: Callable[[], Any] | None = None,
    keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
    autofill: ft.AutofillHint | list[ft.AutofillHint] | None = None,
    lines: int = 1,
    max_length: int | None = None,
    disabled: bool = False,
    autofocus: bool = False,
    hide: bool = False,
    end: ft.Control | None = None,
    key: str | None = None,
    ref: ft.Ref[ft.TextField] | None = None,
) -> ft.Control:
    """One field. `unit` stands inside before the text ("£"), `unit_after` behind it ("m²"); `lines` > 1: long text.

    `ref` gets the control itself, to move the focus there.
    """
    box = _Typed(
        value,
        on_change,
        ref=ref,
        on_focus=typing_begins,
        on_blur=_left(on_leave),
        on_submit=calling(on_submit) if on_submit else None,
        hint_text=hint or None,
        prefix=_unit(f"{unit} ") if unit else None,
        suffix=_unit(f" {unit_after}") if unit_after else None,
        suffix_icon=_error_icon() if error and end is None else None,
        keyboard_type=keyboard,
        autofill_hints=autofill,
        multiline=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_lines=max(lines, 8) if lines > 1 else 1,
        max_length=max_length,
        counter="" if max_length else None,
        password=hide,
        disabled=disabled,
        autofocus=autofocus,
        key=key,
        **_box(error, room_at_end=end is not None),
    )
    return _labelled(label, box, help, error, end)


@ft.component
def _Typed(value: str, on_change: OnValue, **field: Any) -> ft.Control:
    """A field that is told a value only when the state's differs from what was typed last.

    Keys come faster than renders. A render that knows the last key but one would put the text back to it, and what was
    typed since would be lost; so what stands in the field stays, until the state says something of its own.
    """
    known: Any = ft.use_ref(value)
    shown: Any = ft.use_ref(None)

    def changed(e: ft.Event[ft.TextField]) -> Any:
        # What the event brings: the control's own value may be further already.
        known.current = e.data or ""
        return on_change(known.current)

    typed = shown.current is not None and value == known.current
    known.current = value
    shown.current = ft.TextField(value=shown.current.value if typed else value, on_change=changed, **field)
    return shown.current  # type: ignore[no-any-return]


@ft.component
def PasswordField(
    label: str,
    value: str,
    on_change: OnValue,
    *,
    show_name: str,
    hide_name: str,
    help: str = "",  # noqa: A002
    error: str | None = None,
    on_leave: Callable[[], Any] | None = None,
    on_submit: Callable[[], Any] | None = None,
    new: bool = False,
    autofocus: bool = False,
    field: ft.Ref[Any] | None = None,
) -> ft.Control:
    """A password with a named button to show it. `new` asks the password store for a fresh one.

    `field` gets the field itself, to move the focus there.
    """
    shown, set_shown = ft.use_state(False)
    icon = ft.Icons.VISIBILITY_OFF_OUTLINED if shown else ft.Icons.VISIBILITY_OUTLINED
    reveal = icon_button(icon, hide_name if shown else show_name, lambda _: set_shown(not shown), color=Colour.TEXT_2)
    return text_field(
        label,
        value,
        on_change,
        help=help,
        error=error,
        on_leave=on_leave,
        on_submit=on_submit,
        autofill=ft.AutofillHint.NEW_PASSWORD if new else ft.AutofillHint.PASSWORD,
        hide=not shown,
        end=reveal,
        autofocus=autofocus,
        ref=field,
    )


def credentials(content: ft.Control, *, keep: bool) -> ft.Control:
    """Fields that a password manager fills in together, and keeps together once they are gone from the page.

    `keep` is for what was sent: who leaves without it is not asked whether to keep a password they only tried.
    """
    done = ft.AutofillGroupDisposeAction.COMMIT if keep else ft.AutofillGroupDisposeAction.CANCEL
    # A message that comes above it must not make it anew: that would be the end of what was typed.
    return keyed("credentials", ft.AutofillGroup(content, dispose_action=done))


def select(
    label: str,
    value: str | None,
    options: Sequence[tuple[str, str]],
    on_choose: OnValue,
    *,
    help: str = "",  # noqa: A002
    error: str | None = None,
    hint: str = "",
    disabled: bool = False,
    search: bool = False,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """One of several; `options` are (value, label). `search` lets the reader type to narrow a long list.

    `ref` gets the control itself, to move the focus there.
    """
    box = ft.Dropdown(
        ref=ref,
        value=value,
        options=[ft.DropdownOption(key=key, text=words) for key, words in options],
        on_select=lambda e: on_choose(e.data or ""),
        on_focus=typing_begins,
        on_blur=typing_ends,
        hint_text=hint or None,
        enable_filter=search,
        editable=search,
        menu_height=360,
        expand=True,
        text_style=text_style("body", color=Colour.TEXT),
        border=_lines(error),
        filled=True,
        fill_color=Colour.SURFACE,
        content_padding=ft.Padding.symmetric(horizontal=14, vertical=13),
        disabled=disabled,
    )
    # Only inside a Row does it take the whole width.
    return _labelled(label, ft.Row([box]), help, error)


def stepper(
    label: str,
    value: int,
    on_change: Callable[[int], Any],
    *,
    less_name: str,
    more_name: str,
    least: int = 0,
    most: int = 99,
    note: str = "",
    error: str | None = None,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """A small number with a button on each side (guests, bedrooms); readers hear the value change.

    `ref` gets the button that makes it less, to move the focus there.
    """
    words = ft.Column(
        [text(label, Style.LABEL), *([text(note, Style.SMALL, Colour.TEXT_2)] if note else [])], spacing=0, expand=True
    )
    less_off, more_off = value <= least, value >= most
    less = icon_button(
        ft.Icons.REMOVE_ROUNDED,
        less_name,
        calling(on_change, max(least, value - 1)),
        outlined=True,
        disabled=less_off,
        color=Colour.TEXT_3 if less_off else Colour.TEXT,
        ref=ref,
    )
    more = icon_button(
        ft.Icons.ADD_ROUNDED,
        more_name,
        calling(on_change, min(most, value + 1)),
        outlined=True,
        disabled=more_off,
        color=Colour.TEXT_3 if more_off else Colour.TEXT,
    )
    number = ft.Semantics(
        label=f"{label}: {value}",
        live_region=True,
        exclude_semantics=True,
        content=ft.Container(
            text(str(value), Style.AMOUNT_STRONG, align=ft.TextAlign.CENTER), width=36, alignment=ft.Alignment.CENTER
        ),
    )
    row = ft.Row([words, less, number, more], spacing=6, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    return ft.Column([row, error_line(error)], spacing=4, tight=True) if error else row


def checkbox(
    label: str,
    value: bool,
    on_change: Callable[[bool], Any],
    *,
    note: str = "",
    error: str | None = None,
    disabled: bool = False,
) -> ft.Control:
    """A box whose whole row is the target."""
    box = ft.Checkbox(
        label=label,
        value=value,
        on_change=lambda e: on_change(bool(e.data)),
        label_style=text_style("body", color=Colour.TEXT_3 if disabled else Colour.TEXT),
        active_color=Colour.ACCENT,
        check_color=Colour.ON_ACCENT,
        border_side=ft.BorderSide(2, Colour.DANGER if error else Colour.LINE_STRONG),
        error=error is not None,
        disabled=disabled,
    )
    below = [*([text(note, Style.SMALL, Colour.TEXT_2)] if note else []), *([error_line(error)] if error else [])]
    if not below:
        return box
    return ft.Column([box, ft.Container(ft.Column(below, spacing=4), padding=ft.Padding.only(left=40))], spacing=0)


def choice_card(
    label: str, note: str, chosen: bool, on_click: OnClick, *, icon: ft.IconData | None = None
) -> ft.Control:
    """One of a few options that need a sentence each (payment methods, cancellation rules)."""
    lead = ft.Icon(
        ft.Icons.RADIO_BUTTON_CHECKED_ROUNDED if chosen else ft.Icons.RADIO_BUTTON_UNCHECKED_ROUNDED,
        color=Colour.ACCENT_TEXT if chosen else Colour.TEXT_3,
        size=22,
    )
    words = ft.Column(
        [text(label, Style.LABEL), *([text(note, Style.SMALL, Colour.TEXT_2)] if note else [])], spacing=2, expand=True
    )
    return target(
        ft.Row([lead, words, *([ft.Icon(icon, color=Colour.TEXT_2)] if icon else [])], spacing=14),
        f"{label}. {note}" if note else label,
        on_click,
        chosen=chosen,
        selected=chosen,
        bgcolor=Colour.ACCENT_SOFT if chosen else Colour.SURFACE,
        padding=16,
        align=ft.Alignment.CENTER_LEFT,
    )


def error_summary(words: str, ways: Sequence[tuple[str, Callable[[], Any]]] = ()) -> ft.Control:
    """What is wrong with a form ("2 fields to correct"), read out once; `ways` are lines that lead to its fields."""
    line = ft.Row(
        [_error_icon(), text(words, Style.SMALL_STRONG, Colour.DANGER, expand=True)],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            ft.Column([line, *(_way(said, go) for said, go in ways)], spacing=0, tight=True),
            bgcolor=Colour.DANGER_SOFT,
            border_radius=Radius.CONTROL,
            padding=ft.Padding.symmetric(horizontal=14, vertical=10),
        ),
    )


def _way(words: str, go: Callable[[], Any]) -> ft.Control:
    """A line of the summary, which leads to its field."""
    return target(
        text(words, Style.SMALL, Colour.DANGER),
        words,
        calling(go),
        radius=Radius.CONTROL,
        bgcolor=ft.Colors.TRANSPARENT,
        hover=Colour.DANGER_SOFT,
        line=None,
        padding=ft.Padding.symmetric(horizontal=28, vertical=12),
        align=ft.Alignment.CENTER_LEFT,
    )


def _left(on_leave: Callable[[], Any] | None) -> Callable[[Any], Any]:
    """What happens when a field loses the focus."""
    if on_leave is None:
        return typing_ends
    leave = calling(on_leave)

    async def left(e: Any) -> None:
        typing_ends(e)
        await leave(e)

    return left


def _labelled(label: str, box: ft.Control, note: str, error: str | None, end: ft.Control | None = None) -> ft.Control:
    below = error_line(error) if error else text(note, Style.SMALL, Colour.TEXT_2) if note else None
    # The visible label is hidden from readers: the field's own node carries it, so it is heard once.
    named: ft.Control = ft.MergeSemantics(content=ft.Semantics(label=label, content=box))
    if end is not None:
        # Above the field, not inside: there its name would become part of the field's.
        # The Row makes the field take the whole width, which a Stack does not ask of it.
        named = ft.Stack([ft.Row([ft.Container(named, expand=True)]), ft.Container(end, right=2, top=2)])
    return ft.Column(
        [
            ft.Semantics(exclude_semantics=True, content=text(label, Style.LABEL)),
            named,
            *([below] if below else []),
        ],
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        # Else a line that comes above it, or what was loading, makes another field of it, and keys under way are lost.
        key=f"field {label}",
    )


def _box(error: str | None, *, room_at_end: bool = False) -> dict[str, Any]:
    return {
        "border": _lines(error),
        "filled": True,
        "fill_color": Colour.SURFACE,
        "hover_color": Colour.SURFACE,
        "cursor_color": Colour.TEXT,
        "text_style": text_style("body", color=Colour.TEXT),
        "hint_style": text_style("body", color=Colour.TEXT_3),
        "content_padding": ft.Padding(14, 13, 52 if room_at_end else 14, 13),
        "dense": True,
    }


def _unit(words: str) -> ft.Control:
    # Seen, not heard: it would become part of the field's name.
    return ft.Semantics(exclude_semantics=True, content=text(words, color=Colour.TEXT_2))


def _lines(error: str | None) -> dict[ft.ControlState, ft.InputBorder]:
    rest = ft.BorderSide(2, Colour.DANGER) if error else ft.BorderSide(1, Colour.LINE_STRONG)
    focus = ft.BorderSide(2, Colour.DANGER if error else Colour.ACCENT_TEXT)
    return {
        FOCUS: ft.OutlineInputBorder(side=focus, border_radius=Radius.CONTROL),
        REST: ft.OutlineInputBorder(side=rest, border_radius=Radius.CONTROL),
    }


def _error_icon() -> ft.Icon:
    return ft.Icon(ft.Icons.ERROR_OUTLINE_ROUNDED, size=Size.ICON, color=Colour.DANGER)


def error_line(error: str) -> ft.Control:
    """What is wrong with a field, below it; read out once."""
    return ft.Semantics(live_region=True, content=text(error, Style.SMALL_STRONG, Colour.DANGER))
