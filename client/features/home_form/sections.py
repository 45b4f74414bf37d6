"""The fields of the editor, a function a step."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import countries, t, weekdays
from client.design import fields
from client.design.chips import chip_row, filter_chip
from client.design.form_fields import FormFields
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.home_form.cancelling.fields import CancellingFields
from client.features.home_form.field_cards import field_card, pair
from client.features.home_form.field_places import RULES, Step
from client.features.home_form.fill import Fill, Touch
from client.features.home_form.pin import PinField
from client.features.home_form.prices.sections import PriceFill
from client.features.home_form.state import HomeEditor
from client.parts.listing import amenity_word, group_word, type_word
from shared_models.base import known
from shared_models.properties import AMENITY_GROUPS, Amenity, PropertyType
from shared_models.stay_limits import Weekday


@panel
def StepFields(form: HomeEditor, step: Step, touch: Touch, places: FormFields, wanted: str | None = None) -> ft.Control:
    """The cards of one step. The field that is `wanted` gets the focus when they appear."""
    fill, prices = HomeFill(form, touch, places), PriceFill(form, touch, places)

    def go() -> None:
        if wanted is not None:
            places.go_to(wanted)

    ft.use_effect(go, [step, wanted])
    cards: dict[Step, Callable[[], list[ft.Control]]] = {
        Step.WHAT: lambda: [field_card(t("What it is"), fill.what()), field_card(t("Where"), fill.where())],
        Step.ROOMS: lambda: [field_card(t("Rooms and beds"), fill.rooms())],
        Step.HAS: lambda: [field_card(t("What it has"), fill.has())],
        Step.RULES: lambda: [
            field_card(t("House rules"), fill.rules()),
            field_card(t("Times"), fill.times()),
            field_card(t("When a guest cancels"), [CancellingFields(form, touch, places)]),
        ],
        Step.PRICE: prices.cards,
        Step.LIMITS: lambda: [field_card(t("How long a stay"), fill.limits())],
    }
    return ft.Column(cards[step](), spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


class HomeFill(Fill):
    """Makes the fields of all but the prices."""

    def what(self) -> list[ft.Control]:
        """What people read first."""
        kinds = [(word, type_word(PropertyType(word))) for word in known(PropertyType)]
        return [
            self.field(
                "title",
                t("Title (must be filled in)"),
                help=t("What people read first. The street is told only to those who booked."),
                max_length=200,
            ),
            self.choice("type", t("Property type"), kinds),
            self.field(
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
            pair(
                self.field("line", t("Street and number"), max_length=200, help=t("Shown once a stay is confirmed.")),
                self.field("neighbourhood", t("Neighbourhood"), max_length=120, help=t("Shown to everyone.")),
            ),
            pair(
                self.field("city", t("City (must be filled in)"), max_length=120),
                self.field("postcode", t("Postcode"), max_length=20),
            ),
            self.choice("country", t("Country"), countries(), search=True),
            PinField(self.form, self.touch),
            pair(
                self.field(
                    "latitude", t("Latitude (must be filled in)"), help=t("Or type both numbers."), hint="55.9533"
                ),
                self.field("longitude", t("Longitude (must be filled in)"), hint="-3.1883"),
            ),
        ]

    def rooms(self) -> list[ft.Control]:
        """How much room there is."""
        return [
            pair(self.number("bedrooms", t("Bedrooms"), help=t("0 for a studio.")), self.number("beds", t("Beds"))),
            pair(
                self.number("bathrooms", t("Bathrooms")),
                self.number("sleeps", t("Sleeps"), help=t("How many people may stay.")),
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
            pair(*(self.choice(rule, words[rule], answers) for rule in RULES[:2])),
            pair(*(self.choice(rule, words[rule], answers) for rule in RULES[2:])),
        ]

    def times(self) -> list[ft.Control]:
        """From when one may come, until when one has to leave."""
        return [
            pair(
                self.field("check_in_from", t("Check-in from"), hint=t("Not said"), help=t("Such as 15:00.")),
                self.field("check_out_by", t("Check-out by"), hint=t("Not said"), help=t("Such as 10:00.")),
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
            pair(
                self.number("min_nights", t("Minimum stay"), unit_after=t("nights"), hint=""),
                self.number("max_nights", t("Maximum stay"), unit_after=t("nights"), hint=""),
            ),
            pair(
                self.number(
                    "advance_notice_days",
                    t("Advance notice"),
                    unit_after=t("days before"),
                    hint="",
                    help=t("Days before check-in; 0: on the day itself."),
                ),
                self.number(
                    "booking_window_days",
                    t("Booking window"),
                    unit_after=t("days before"),
                    hint="",
                    help=t("Days before check-in, up to 730."),
                ),
            ),
            self.number(
                "preparation_days",
                t("Between two stays"),
                unit_after=t("nights free"),
                hint="",
                help=t("Nights kept free to clean and to air, up to 14."),
            ),
            self._weekdays(),
            fields.checkbox(
                t("Guests can book at once"),
                self.form.typed.instant_book,
                instant_book,
                note=t("Without it they ask, and you answer each of them within a day."),
            ),
        ]
