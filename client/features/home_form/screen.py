"""The form of one home, in sections on one page, with what a guest will see beside it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import use_made, use_start
from client.core.http import words_for
from client.core.language import countries, currency_sign, currency_word, instant, money, t, tn
from client.core.session import Session, use_session
from client.core.title import use_title
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.chips import chip_row, filter_chip
from client.design.feedback import note
from client.design.layout import SizeClass, at_most, card, grid_gap, page_margin, use_size
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Radius, Status, Style
from client.features.home_form.facts import RULES, Typed, choices_of_currency
from client.features.home_form.state import HomeForm
from client.parts.dialogs import say
from client.parts.listing import (
    amenity_word,
    cover,
    group_word,
    let_word,
    listing_chip,
    place_words,
    price_words,
    type_word,
)
from client.parts.panels import failed, loading_rows
from client.parts.shell import landlord_shell
from shared_models.base import known
from shared_models.money import Money
from shared_models.properties import AMENITY_GROUPS, Amenity, LetType, PropertyStatus, PropertyType

WIDTH = 1160


@screen
def NewHomeScreen() -> ft.Control:
    """A new home."""
    use_title(t("Add a home"))
    return landlord_shell(_Form(None), "homes")


@screen
def EditHomeScreen() -> ft.Control:
    """A home of mine, to change."""
    use_title(t("Edit a home"))
    return landlord_shell(_Form(_id_in(ft.use_route_params().get("id", ""))), "homes")


def _id_in(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)  # no home has it: the server answers that there is none


@screen
def _Form(property_id: UUID | None) -> ft.Control:
    session, page, size = use_session(), ft.context.page, use_size()
    form = use_made(lambda: HomeForm(session.http, _kept(page, session, property_id)))
    load = use_made(lambda: Action(form.load))
    save = use_made(lambda: Action(lambda act: act()))
    start = use_start()

    async def open_() -> None:
        if property_id is not None and form.home is None:
            await load.start(property_id)

    async def again(_: Any = None) -> None:
        await open_()

    use_task(open_, [property_id])
    if property_id is not None and form.home is None:
        if load.problem is not None:
            return _alone(failed(t("The home did not load"), load.problem, again, busy=load.running), size)
        return _alone(loading_rows(t("Loading the home")), size)

    async def keep(submit: bool) -> None:
        await save.start(form.submit if submit else form.save)
        if form.home is not None and not form.changed:
            _forget(page, session, property_id)
            if save.problem is None:
                words = t("{title} waits for review.") if submit else t("{title} is saved.")
                say(page, words.format(title=form.home.title))
            if property_id is None:
                page.navigate(paths.landlord_home(form.home.id))

    return _page(session, form, save, start(keep, False), start(keep, True), size)


def _alone(panel: ft.Control, size: SizeClass) -> ft.Control:
    margin = page_margin(size)
    return ft.ListView([at_most(panel, WIDTH)], padding=margin, expand=True)


def _kept(page: ft.Page, session: Session, property_id: UUID | None) -> Typed:
    """What this person typed for a new home and did not save, even if they looked elsewhere meanwhile."""
    if property_id is not None or session.me is None:
        return Typed()
    store, key = page.session.store, f"new-home:{session.me.id}"
    typed: Typed | None = store.get(key)
    if typed is None:
        typed = Typed()
        store.set(key, typed)
    return typed


def _forget(page: ft.Page, session: Session, property_id: UUID | None) -> None:
    if property_id is None and session.me is not None:
        page.session.store.set(f"new-home:{session.me.id}", None)


def _page(session: Session, form: HomeForm, save: Action, keep: Any, submit: Any, size: SizeClass) -> ft.Control:
    margin, gap = page_margin(size), grid_gap(size)
    sections = ft.Column(
        [
            *_problems(form, save),
            _section(t("What it is"), *_what(form)),
            _section(t("Where"), *_where(form)),
            _section(t("Rooms and beds"), *_rooms(form)),
            _section(t("What it has"), *_has(form)),
            _section(t("Rules and times"), *_rules(form)),
            _section(t("Price and stay"), *_price(form)),
        ],
        spacing=gap,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    content: ft.Control = sections
    if size is SizeClass.DESKTOP:
        content = ft.Row(
            [ft.Container(sections, expand=True), ft.Container(_preview(session, form), width=332)],
            spacing=32,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    body = ft.ListView(
        [at_most(_header(form), WIDTH), at_most(content, WIDTH)],
        expand=True,
        spacing=gap,
        padding=ft.Padding(margin, 16 if size is SizeClass.PHONE else 24, margin, 32),
    )
    return ft.Column(
        [body, _foot(form, save, keep, submit, size)],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _header(form: HomeForm) -> ft.Control:
    page, home = ft.context.page, form.home
    back = quiet(t("All homes"), lambda _: page.navigate(paths.LANDLORD_HOMES), icon=ft.Icons.ARROW_BACK_ROUNDED)
    title = home.title if home is not None else t("Add a home")
    row: list[ft.Control] = [header(title, 1)]
    below = t("Only what is marked must be filled in. What you leave empty is shown as “not said”.")
    if home is not None:
        row.append(listing_chip(home.status))
        below = t("Saved {when}.", when=instant(home.updated_at, home.zone))
    parts: list[ft.Control] = [
        ft.Row([back]),
        ft.Row(row, wrap=True, spacing=12, run_spacing=4, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        text(below, color=Colour.TEXT_2),
    ]
    if home is not None and home.status is PropertyStatus.REJECTED and home.review_note:
        parts.append(note(home.review_note, title=t("Sent back, because"), status=Status.DANGER))
    return ft.Column(parts, spacing=4)


def _problems(form: HomeForm, save: Action) -> list[ft.Control]:
    if form.errors and form.asked:
        return [fields.error_summary(_to_correct(form))]
    if save.problem is not None and not form.errors:
        saved = t("All is saved.") if form.home is not None and not form.changed else t("What you typed is kept.")
        return [fields.error_summary(f"{words_for(save.problem).rstrip('.')}. {saved}")]
    return []


def _to_correct(form: HomeForm) -> str:
    return tn("{n} field to correct", "{n} fields to correct", len(form.errors))


def _foot(form: HomeForm, save: Action, keep: Any, submit: Any, size: SizeClass) -> ft.Control:
    home = form.home
    draft = home is None or home.status in (PropertyStatus.DRAFT, PropertyStatus.REJECTED)
    may_submit = home is None or home.status is PropertyStatus.DRAFT
    told = _to_correct(form) if form.errors else t("Not saved yet") if form.changed else ""
    words = text(
        told, Style.SMALL_STRONG if form.errors else Style.SMALL, Colour.DANGER if form.errors else Colour.TEXT_2
    )
    busy = save.running
    label = t("Save as draft") if draft else t("Save")
    buttons: list[ft.Control] = (
        [outlined(label, keep, busy=busy), filled(t("Save and submit"), submit, busy=busy)]
        if may_submit
        else [filled(label, keep, busy=busy)]
    )
    archived = home is not None and home.status is PropertyStatus.ARCHIVED
    if archived:
        words, buttons = text(t("An archived home stays as it was."), Style.SMALL, Colour.TEXT_2), []
    phone = size is SizeClass.PHONE
    said = ft.Container(words, expand=None if phone else True)
    row = ft.Row([*([] if phone and not told else [said]), *buttons], wrap=phone, spacing=8, run_spacing=6)
    return ft.Container(
        at_most(row, WIDTH),
        bgcolor=Colour.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
        padding=ft.Padding.symmetric(horizontal=page_margin(size), vertical=12),
    )


def _section(title: str, *rows: ft.Control) -> ft.Control:
    column = ft.Column([header(title, 2), *rows], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return card(column)


def _pair(*controls: ft.Control, wide: int = 6) -> ft.Control:
    cells: list[ft.Control] = [ft.Container(control, col={"xs": 12, "sm": wide}) for control in controls]
    return ft.ResponsiveRow(cells, spacing=16, run_spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)


def _field(form: HomeForm, name: str, label: str, **more: Any) -> ft.Control:
    return fields.text_field(
        label,
        form.typed.get(name),
        lambda value: form.put(name, value),
        on_leave=lambda: form.left(name),
        error=form.errors.get(name),
        **more,
    )


def _number(form: HomeForm, name: str, label: str, **more: Any) -> ft.Control:
    more.setdefault("hint", t("Not said"))
    return _field(form, name, label, keyboard=ft.KeyboardType.NUMBER, max_length=9, **more)


def _choice(form: HomeForm, name: str, label: str, options: Sequence[tuple[str, str]], **more: Any) -> ft.Control:
    def choose(value: str) -> None:
        form.put(name, value)
        form.saw()

    return fields.select(label, form.typed.get(name), options, choose, error=form.errors.get(name), **more)


def _what(form: HomeForm) -> list[ft.Control]:
    kinds = [(word, type_word(PropertyType(word))) for word in known(PropertyType)]
    lets = [(word, let_word(LetType(word))) for word in known(LetType)]
    return [
        _field(
            form,
            "title",
            t("Title (must be filled in)"),
            help=t("What people read first. The street is told only to those who booked."),
            max_length=200,
        ),
        _pair(_choice(form, "type", t("Kind of home"), kinds), _choice(form, "let_type", t("How it is let"), lets)),
        _field(
            form,
            "description",
            t("Description"),
            help=t("What it is like to live there: light, noise, stairs, the way to the shops."),
            lines=4,
            max_length=4000,
        ),
    ]


def _where(form: HomeForm) -> list[ft.Control]:
    help_ = t("On most maps a long press on the house shows both numbers.")
    return [
        _pair(
            _field(form, "line", t("Street and number"), max_length=200, help=t("Shown once a stay is confirmed.")),
            _field(form, "neighbourhood", t("Neighbourhood"), max_length=120, help=t("Shown to everyone.")),
        ),
        _pair(
            _field(form, "city", t("City (must be filled in)"), max_length=120),
            _field(form, "postcode", t("Postcode"), max_length=20),
            wide=6,
        ),
        _choice(form, "country", t("Country"), countries(), search=True),
        _pair(
            _field(form, "latitude", t("Latitude (must be filled in)"), help=help_, hint="55.9533"),
            _field(form, "longitude", t("Longitude (must be filled in)"), hint="-3.1883"),
        ),
    ]


def _rooms(form: HomeForm) -> list[ft.Control]:
    return [
        _pair(
            _number(form, "bedrooms", t("Bedrooms"), help=t("0 for a studio.")),
            _number(form, "beds", t("Beds")),
            _number(form, "bathrooms", t("Bathrooms")),
            _number(form, "sleeps", t("Sleeps"), help=t("How many people may stay.")),
            wide=3,
        )
    ]


def _has(form: HomeForm) -> list[ft.Control]:
    typed = form.typed

    def said(on: bool) -> None:
        typed.amenities_said = on
        form.saw()

    def toggle(amenity: Amenity) -> Callable[[Any], None]:
        def press(_: Any) -> None:
            typed.amenities ^= {amenity}
            form.saw()

        return press

    rows: list[ft.Control] = [
        fields.checkbox(
            t("I say what it has"),
            typed.amenities_said,
            said,
            note=t("What you then leave unmarked is shown as “not here”."),
        )
    ]
    if typed.amenities_said:
        rows += [
            ft.Column(
                [
                    text(group_word(group), Style.LABEL),
                    chip_row(
                        [
                            filter_chip(amenity_word(one), toggle(one), chosen=one in typed.amenities)
                            for one in amenities
                        ],
                        wrap=True,
                    ),
                ],
                spacing=8,
            )
            for group, amenities in AMENITY_GROUPS.items()
        ]
    return rows


def _rules(form: HomeForm) -> list[ft.Control]:
    words = {"pets": t("Pets"), "smoking": t("Smoking"), "parties": t("Parties"), "children": t("Children")}
    answers = [("", t("Not said")), ("yes", t("Allowed")), ("no", t("Not allowed"))]
    return [
        _pair(*(_choice(form, rule, words[rule], answers) for rule in RULES), wide=3),
        _pair(
            _field(form, "check_in_from", t("Arrive from"), hint=t("Not said"), help=t("Such as 15:00.")),
            _field(form, "check_out_by", t("Leave by"), hint=t("Not said"), help=t("Such as 10:00.")),
        ),
    ]


def _price(form: HomeForm) -> list[ft.Control]:
    typed = form.typed
    sign = currency_sign(typed.currency.value)
    monthly = typed.get("let_type") == LetType.MONTHLY.value
    per = t("Price a month (must be filled in)") if monthly else t("Price a night (must be filled in)")
    codes = [(code, currency_word(code)) for code in choices_of_currency()]

    def instant_book(on: bool) -> None:
        typed.instant_book = on
        form.saw()

    return [
        _pair(
            _field(form, "price", per, unit=sign, keyboard=ft.KeyboardType.NUMBER),
            _field(
                form,
                "cleaning_fee",
                t("Cleaning, once"),
                unit=sign,
                hint=t("None"),
                keyboard=ft.KeyboardType.NUMBER,
            ),
        ),
        _pair(
            _choice(form, "currency", t("Currency"), codes),
            _number(form, "min_nights", t("Shortest stay"), unit_after=t("nights"), hint=""),
            _number(form, "max_nights", t("Longest stay"), unit_after=t("nights"), hint=""),
            wide=4,
        ),
        fields.checkbox(
            t("Guests can book at once"),
            typed.instant_book,
            instant_book,
            note=t("Without it nobody can book this home here yet: asking first comes later."),
        ),
    ]


@ft.component
def _preview(session: Session, form: HomeForm) -> ft.Control:
    typed, home = form.typed, form.home
    picture = (
        cover(session, home.id, width=330, height=178, radius=0, pixels=800)
        if home is not None
        else ft.Container(
            text(t("A drawing appears once it is saved."), Style.SMALL, Colour.TEXT_2),
            height=178,
            bgcolor=Colour.SUNKEN,
            alignment=ft.Alignment.CENTER,
        )
    )
    kind, let = PropertyType(typed.get("type")), LetType(typed.get("let_type"))
    sleeps = typed.get("sleeps").strip()
    facts = [type_word(kind), *([t("sleeps {n}", n=sleeps)] if sleeps.isdigit() else [])]
    words = ft.Column(
        [
            one_line(typed.get("title") or t("Your title"), Style.H3, Colour.TEXT),
            one_line(" · ".join([place_words(typed.get("city") or t("City"), typed.get("neighbourhood")), *facts])),
            text(_price_shown(typed, let), Style.STRONG),
        ],
        spacing=2,
    )
    shown = ft.Container(
        ft.Column([picture, ft.Container(words, padding=16)], spacing=0, horizontal_alignment=_STRETCH),
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    after = t("After you submit it, a person of ours looks at it. Once published, it can be found and booked.")
    return ft.Column(
        [text(t("What a guest sees"), Style.H3), shown, note(after)], spacing=12, horizontal_alignment=_STRETCH
    )


_STRETCH = ft.CrossAxisAlignment.STRETCH


def _price_shown(typed: Typed, let: LetType) -> str:
    try:
        price = Money.of(typed.get("price").strip().replace(",", ""), typed.currency)
    except (ValueError, ArithmeticError):
        return t("Your price")
    return price_words(price, let) if price.amount_minor < 10**12 else money(price)
