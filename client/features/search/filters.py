"""The filters: chips above the results, and the sheet that holds them all."""

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.language import t, tn, whole
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.design import fields
from client.design.buttons import OnClick, filled, quiet
from client.design.chips import chip_row, filter_chip
from client.design.feedback import note
from client.design.form_fields import FormFields, use_form_fields
from client.design.handlers import calling
from client.design.sheets import sheet
from client.design.text import header
from client.design.tokens import Style
from client.features.search.asked import ROOMS, Part, allowed_word, chosen_filters, understood
from client.features.search.criteria import MAX_ROOMS, Criteria, known_words
from client.features.search.near import Centre, Near
from client.features.search.state import Facets, FilterDraft
from client.parts.listing import amenity_word, group_word, type_word
from shared_models.money import Currency
from shared_models.properties import AMENITY_GROUPS, LetType, PropertyType
from shared_models.search import HouseRule, SearchFacets, Sort

_USUAL = "usual"
Apply = Callable[[Criteria], Awaitable[None]]

Word = TypeVar("Word", bound=StrEnum)

QUICK = (PropertyType.FLAT, PropertyType.HOUSE, PropertyType.ROOM, PropertyType.STUDIO)
"""The kinds that have a chip of their own before anything is chosen."""


def sort_name(sort: Sort) -> str:
    """An order of results in words."""
    return {
        Sort.RELEVANCE: t("Best match first"),
        Sort.PRICE_LOW: t("Lowest price first"),
        Sort.PRICE_HIGH: t("Highest price first"),
        Sort.DISTANCE: t("Nearest first"),
    }.get(sort, t("Newest first"))


def filter_chips(criteria: Criteria, on_open: OnClick | None, apply: Apply) -> ft.Control:
    """Filters first (where it opens something), then what is chosen, each with a cross, then the most wanted kinds."""

    def go(wanted: Criteria) -> OnClick:
        async def press(_: Any) -> None:
            await apply(wanted)

        return press

    number = criteria.filters
    first = filter_chip(
        t("Filters · {n}", n=number) if number else t("Filters"),
        on_open,
        chosen=bool(number),
        icon=ft.Icons.TUNE_ROUNDED,
        name=tn("Filters, {n} chosen", "Filters, {n} chosen", number) if number else t("Filters"),
    )
    said = [
        filter_chip(
            part.label,
            go(part.without),
            chosen=True,
            removable=True,
            icon=ft.Icons.AUTO_AWESOME_OUTLINED,
            name=t("{filter}, understood from your words, remove", filter=part.label),
        )
        for part in understood(criteria)
    ]
    chosen = [
        filter_chip(
            part.label,
            go(part.without),
            chosen=True,
            removable=True,
            name=t("{filter}, chosen, remove", filter=part.label),
        )
        for part in [*chosen_filters(criteria), *_exactly(criteria)]
    ]
    others = [
        filter_chip(type_word(kind), go(_with_type(criteria, kind))) for kind in QUICK if kind not in criteria.types
    ]
    return chip_row([*([first] if on_open else []), *said, *chosen, *others])


def _exactly(criteria: Criteria) -> list[Part]:
    if not (criteria.exact and criteria.text):
        return []
    return [Part(t("Only the words as typed"), dataclasses.replace(criteria, exact=False))]


def _with_type(criteria: Criteria, kind: PropertyType) -> Criteria:
    return dataclasses.replace(criteria, types=(*criteria.types, kind))


@panel
def FilterSheet(
    criteria: Criteria, centres: Sequence[Centre], phone: bool, apply: Apply, on_close: Callable[[], None]
) -> ft.Control:
    """The sheet of all filters: each says how many homes it would leave, its button how many all of them leave."""
    session = use_session()
    draft = use_once(lambda: FilterDraft.of(criteria))
    facets = use_once(lambda: Facets(session.http))
    counting = use_once(lambda: Action(facets.count, latest=True))
    wanted, places = draft.criteria, use_form_fields()

    async def count() -> None:
        await counting.start(wanted)

    async def show() -> None:
        if draft.errors:
            places.go_to_first(draft.errors)
            return
        on_close()
        await apply(draft.criteria)

    def clear(_: Any) -> None:
        draft.low = draft.high = ""
        draft.base = draft.base.without_filters()

    use_task(count, [wanted])
    words = t("Show the homes")
    if facets.told is not None and facets.criteria == wanted:
        words = tn("Show {n} home", "Show {n} homes", facets.told.total)
    ft.use_dialog(
        sheet(
            t("Filters"),
            _body(draft, centres, facets.told, counting, _Prices(places, show)),
            phone=phone,
            close_name=t("Close the filters"),
            on_close=on_close,
            actions=[quiet(t("Clear filters"), clear), filled(words, calling(show))],
        )
    )
    return ft.Container()


@dataclasses.dataclass(frozen=True)
class _Prices:
    """The way to the fields of the prices, and what Enter in the last of them does."""

    places: FormFields
    show: Callable[..., Any]


def _body(
    draft: FilterDraft, centres: Sequence[Centre], told: SearchFacets | None, counting: Action, prices: _Prices
) -> ft.Control:
    parts = [
        Near(draft, centres),
        _prices(draft, prices),
        _types(draft, told),
        _rooms(draft, told),
        *_amenities(draft, told),
        _rules(draft, told),
    ]
    if counting.problem is not None and not counting.running:
        words = t(
            "{reason}. The filters work without their numbers.", reason=problem_words(counting.problem).rstrip(".")
        )
        parts.insert(0, note(words))
    return ft.Column(
        [*parts, _instant(draft, told), _order(draft)],
        spacing=22,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _counted(label: str, homes: int | None, press: OnClick, *, chosen: bool) -> ft.Control:
    """A choice with the number of homes it would leave; one that would leave none cannot be pressed."""
    if homes is None:
        return filter_chip(label, press, chosen=chosen)
    name = tn("{filter}, {n} home", "{filter}, {n} homes", homes, filter=label)
    return filter_chip(
        t("{filter} · {n}", filter=label, n=whole(homes)),
        press,
        chosen=chosen,
        name=name,
        disabled=not homes and not chosen,
    )


def _group(title: str, chips: Sequence[ft.Control]) -> ft.Control:
    return ft.Column([header(title, 3, style=Style.LABEL), chip_row(chips, wrap=True)], spacing=10, tight=True)


def _toggled(some: tuple[Word, ...], one: Word) -> tuple[Word, ...]:
    return tuple(other for other in some if other != one) if one in some else (*some, one)


def _chips(
    draft: FilterDraft, told: SearchFacets | None, name: str, choices: Iterable[Word], word: Callable[[Word], str]
) -> list[ft.Control]:
    """The choices of which several may hold: `name` is theirs in the wish and among the facets."""
    chosen: tuple[Word, ...] = getattr(draft.base, name)

    def chip(one: Word) -> ft.Control:
        homes = None if told is None else getattr(told, name).get(one, 0)
        press = calling(lambda: draft.change(**{name: _toggled(chosen, one)}))
        return _counted(word(one), homes, press, chosen=one in chosen)

    return [chip(one) for one in choices]


def _types(draft: FilterDraft, told: SearchFacets | None) -> ft.Control:
    return _group(t("Property type"), _chips(draft, told, "types", known_words(PropertyType), type_word))


def _rooms(draft: FilterDraft, told: SearchFacets | None) -> ft.Control:
    titles = {"bedrooms": t("Bedrooms, at least"), "beds": t("Beds, at least"), "bathrooms": t("Bathrooms, at least")}

    def chip(name: str, number: int) -> ft.Control:
        chosen = getattr(draft.base, name) == number
        homes = None if told is None else getattr(told, name).get(number, 0)
        press = calling(lambda: draft.change(**{name: None if chosen else number}))
        return _counted(t("{n}+", n=number), homes, press, chosen=chosen)

    def row(name: str) -> ft.Control:
        return _group(titles[name], [chip(name, number) for number in range(1, MAX_ROOMS + 1)])

    return ft.Column([row(name) for name in ROOMS], spacing=16, tight=True)


def _amenities(draft: FilterDraft, told: SearchFacets | None) -> list[ft.Control]:
    return [
        _group(group_word(group), _chips(draft, told, "amenities", members, amenity_word))
        for group, members in AMENITY_GROUPS.items()
    ]


def _rules(draft: FilterDraft, told: SearchFacets | None) -> ft.Control:
    return _group(t("House rules"), _chips(draft, told, "rules", known_words(HouseRule), allowed_word))


def _instant(draft: FilterDraft, told: SearchFacets | None) -> ft.Control:
    chosen = draft.base.instant
    press = calling(lambda: draft.change(instant=not chosen))
    homes = None if told is None else told.instant
    return _group(t("Booking"), [_counted(t("Booked at once"), homes, press, chosen=chosen)])


def _prices(draft: FilterDraft, prices: _Prices) -> ft.Control:
    errors, currency = draft.errors, draft.base.currency
    monthly = draft.base.let_type == LetType.MONTHLY
    low = fields.text_field(
        t("Min price a month") if monthly else t("Min price a night"),
        draft.low,
        lambda value: setattr(draft, "low", value),
        error=errors.get("low"),
        keyboard=ft.KeyboardType.NUMBER,
        unit_after=currency.value,
        ref=prices.places.ref("low"),
    )
    high = fields.text_field(
        t("Max price a month") if monthly else t("Max price a night"),
        draft.high,
        lambda value: setattr(draft, "high", value),
        error=errors.get("high"),
        keyboard=ft.KeyboardType.NUMBER,
        unit_after=currency.value,
        on_submit=prices.show,
        ref=prices.places.ref("high"),
    )
    money = fields.select(
        t("Currency"),
        currency.value,
        [(one.value, one.value) for one in known_words(Currency)],
        lambda value: draft.change(currency=Currency(value)),
        help=t("With a price, homes in other currencies are left out."),
    )
    return ft.Column(
        [
            ft.Row(
                [ft.Container(low, expand=True), ft.Container(high, expand=True)],
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            money,
        ],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _order(draft: FilterDraft) -> ft.Control:
    return fields.select(
        t("Order"),
        draft.base.sort or _USUAL,
        [(_USUAL, t("As usual: best match, or newest")), *((sort.value, sort_name(sort)) for sort in draft.base.sorts)],
        lambda value: draft.change(sort=None if value == _USUAL else Sort(value)),
    )
