"""The fields of the editor, a function a step."""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import countries, currency_sign, currency_word, t, weekdays
from client.design import fields
from client.design.chips import chip_row, filter_chip
from client.design.form_fields import FormFields
from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.home_form.facts import RULES, Step, choices_of_currency
from client.features.home_form.pin import PinField
from client.features.home_form.season_rows import SeasonRows
from client.features.home_form.state import HomeEditor
from client.parts.listing import amenity_word, group_word, let_word, type_word
from shared_models.base import known
from shared_models.properties import AMENITY_GROUPS, Amenity, LetType, PropertyType
from shared_models.stay_limits import Weekday

Touch = Callable[[], None]
"""Told of every change, so that it is kept once the typing rests."""


@panel
def StepFields(form: HomeEditor, step: Step, touch: Touch, places: FormFields, wanted: str | None = None) -> ft.Control:
    """The cards of one step. The field that is `wanted` gets the focus when they appear."""
    fill = Fill(form, touch, places)

    def go() -> None:
        if wanted is not None:
            places.go_to(wanted)

    ft.use_effect(go, [step, wanted])
    cards = {
        Step.WHAT: lambda: [_card(t("What it is"), fill.what()), _card(t("Where"), fill.where())],
        Step.ROOMS: lambda: [_card(t("Rooms and beds"), fill.rooms())],
        Step.HAS: lambda: [_card(t("What it has"), fill.has())],
        Step.RULES: lambda: [_card(t("House rules"), fill.rules()), _card(t("Times"), fill.times())],
        Step.PRICE: lambda: [_card(t("Price"), fill.price()), _card(t("How long a stay"), fill.limits())],
    }[step]()
    return ft.Column(cards, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _card(title: str, rows: Sequence[ft.Control]) -> ft.Control:
    column = ft.Column([header(title, 2), *rows], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return card(column)


def _pair(*controls: ft.Control) -> ft.Control:
    cells: list[ft.Control] = [ft.Container(control, col={"xs": 12, "sm": 6}) for control in controls]
    return ft.ResponsiveRow(cells, spacing=16, run_spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)


class Fill:
    """Makes the fields of one home."""

    def __init__(self, form: HomeEditor, touch: Touch, places: FormFields) -> None:
        self.form, self.touch, self.places = form, touch, places

    def put(self, name: str, value: str) -> None:
        """A field was typed in."""
        self.form.put(name, value)
        self.touch()

    def saw(self) -> None:
        """A choice was made."""
        self.form.saw()
        self.touch()

    def _field(self, name: str, label: str, **more: Any) -> ft.Control:
        return fields.text_field(
            label,
            self.form.typed.get(name),
            lambda value: self.put(name, value),
            on_leave=lambda: self.form.left(name),
            error=self.form.errors.get(name),
            ref=self.places.ref(name),
            **more,
        )

    def _number(self, name: str, label: str, **more: Any) -> ft.Control:
        more.setdefault("hint", t("Not said"))
        return self._field(name, label, keyboard=ft.KeyboardType.NUMBER, max_length=9, **more)

    def _choice(self, name: str, label: str, options: Sequence[tuple[str, str]], **more: Any) -> ft.Control:
        def choose(value: str) -> None:
            self.put(name, value)
            self.saw()

        return fields.select(
            label,
            self.form.typed.get(name),
            options,
            choose,
            error=self.form.errors.get(name),
            ref=self.places.ref(name),
            **more,
        )

    def what(self) -> list[ft.Control]:
        """What people read first."""
        kinds = [(word, type_word(PropertyType(word))) for word in known(PropertyType)]
        return [
            self._field(
                "title",
                t("Title (must be filled in)"),
                help=t("What people read first. The street is told only to those who booked."),
                max_length=200,
            ),
            self._choice("type", t("Property type"), kinds),
            self._field(
                "description",
                t("Description"),
                help=t("What it is like to live there: light, noise, stairs, the way to the shops."),
                lines=4,
                max_length=4000,
            ),
        ]

    def where(self) -> list[ft.Control]:
        """The address and the pin."""
        return [
            _pair(
                self._field("line", t("Street and number"), max_length=200, help=t("Shown once a stay is confirmed.")),
                self._field("neighbourhood", t("Neighbourhood"), max_length=120, help=t("Shown to everyone.")),
            ),
            _pair(
                self._field("city", t("City (must be filled in)"), max_length=120),
                self._field("postcode", t("Postcode"), max_length=20),
            ),
            self._choice("country", t("Country"), countries(), search=True),
            PinField(self.form, self.touch),
            _pair(
                self._field(
                    "latitude", t("Latitude (must be filled in)"), help=t("Or type both numbers."), hint="55.9533"
                ),
                self._field("longitude", t("Longitude (must be filled in)"), hint="-3.1883"),
            ),
        ]

    def rooms(self) -> list[ft.Control]:
        """How much room there is."""
        return [
            _pair(self._number("bedrooms", t("Bedrooms"), help=t("0 for a studio.")), self._number("beds", t("Beds"))),
            _pair(
                self._number("bathrooms", t("Bathrooms")),
                self._number("sleeps", t("Sleeps"), help=t("How many people may stay.")),
            ),
        ]

    def has(self) -> list[ft.Control]:
        """What it has, if anything is said about that."""
        typed = self.form.typed

        def said(on: bool) -> None:
            self.form.typed.amenities_said = on
            self.saw()

        def toggle(amenity: Amenity) -> Callable[[Any], None]:
            def press(_: Any) -> None:
                self.form.typed.amenities ^= {amenity}
                self.saw()

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

    def rules(self) -> list[ft.Control]:
        """What is allowed."""
        words = {"pets": t("Pets"), "smoking": t("Smoking"), "parties": t("Parties"), "children": t("Children")}
        answers = [("", t("Not said")), ("yes", t("Allowed")), ("no", t("Not allowed"))]
        return [
            _pair(*(self._choice(rule, words[rule], answers) for rule in RULES[:2])),
            _pair(*(self._choice(rule, words[rule], answers) for rule in RULES[2:])),
        ]

    def times(self) -> list[ft.Control]:
        """From when one may come, until when one has to leave."""
        return [
            _pair(
                self._field("check_in_from", t("Check-in from"), hint=t("Not said"), help=t("Such as 15:00.")),
                self._field("check_out_by", t("Check-out by"), hint=t("Not said"), help=t("Such as 10:00.")),
            ),
        ]

    def price(self) -> list[ft.Control]:
        """How it is let, and for how much."""
        typed = self.form.typed
        sign = currency_sign(typed.currency.value)
        monthly = typed.get("let_type") == LetType.MONTHLY.value
        per = t("Price a month (must be filled in)") if monthly else t("Price a night (must be filled in)")
        codes = [(code, currency_word(code)) for code in choices_of_currency()]

        lets = [(word, let_word(LetType(word))) for word in known(LetType)]
        return [
            _pair(self._choice("let_type", t("How it is let"), lets), self._choice("currency", t("Currency"), codes)),
            _pair(
                self._field("price", per, unit=sign, keyboard=ft.KeyboardType.NUMBER),
                self._field(
                    "cleaning_fee",
                    t("Cleaning, once"),
                    unit=sign,
                    hint=t("None"),
                    keyboard=ft.KeyboardType.NUMBER,
                ),
            ),
        ]

    def _weekdays(self) -> ft.Control:
        """The days on which stays begin; none chosen: any."""
        chosen = set(self.form.typed.get("check_in_weekdays").split())

        def toggle(day: str) -> Callable[[Any], None]:
            def press(_: Any) -> None:
                now = set(self.form.typed.get("check_in_weekdays").split()) ^ {day}
                self.put("check_in_weekdays", " ".join(each.value for each in Weekday if each.value in now))
                self.saw()

            return press

        chips = [
            filter_chip(name, toggle(day.value), chosen=day.value in chosen)
            for day, name in zip(Weekday, weekdays(short=False), strict=True)
        ]
        told = text(t("None chosen: any day."), Style.SMALL, Colour.TEXT_2)
        return ft.Column(
            [text(t("Stays begin on"), Style.LABEL), chip_row(chips, wrap=True), told], spacing=8, tight=True
        )

    def limits(self) -> list[ft.Control]:
        """How long a stay may be, and whether it needs asking."""

        def instant_book(on: bool) -> None:
            self.form.typed.instant_book = on
            self.saw()

        return [
            _pair(
                self._number("min_nights", t("Minimum stay"), unit_after=t("nights"), hint=""),
                self._number("max_nights", t("Maximum stay"), unit_after=t("nights"), hint=""),
            ),
            _pair(
                self._number(
                    "advance_notice_days",
                    t("Advance notice"),
                    unit_after=t("days before"),
                    hint="",
                    help=t("Days before check-in; 0: on the day itself."),
                ),
                self._number(
                    "booking_window_days",
                    t("Booking window"),
                    unit_after=t("days before"),
                    hint="",
                    help=t("Days before check-in, up to 730."),
                ),
            ),
            self._number(
                "preparation_days",
                t("Between two stays"),
                unit_after=t("nights free"),
                hint="",
                help=t("Nights kept free to clean and to air, up to 14."),
            ),
            SeasonRows(self.form, self.touch, self.places),
            self._weekdays(),
            fields.checkbox(
                t("Guests can book at once"),
                self.form.typed.instant_book,
                instant_book,
                note=t("Without it they ask, and you answer each of them within a day."),
            ),
        ]
