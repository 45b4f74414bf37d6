"""The prices of a home, in cards: the night or the month, seasons, discounts, guests, the tax of the place."""

import flet as ft

from client.core.language import currency_word, t
from client.features.home_form.facts import choices_of_currency
from client.features.home_form.field_cards import field_card, pair
from client.features.home_form.fill import Fill
from client.features.home_form.number_rows import NumberRows
from client.features.home_form.prices.given import weekend_words
from client.features.home_form.prices.length_discounts import LENGTH_DISCOUNTS
from client.features.home_form.prices.tax_field import tax_field
from client.features.home_form.season_rows import SeasonRows
from client.parts.listing import let_word
from shared_models.base import known
from shared_models.properties import LetType


class PriceFill(Fill):
    """Makes the fields of the prices."""

    def cards(self) -> list[ft.Control]:
        """All of them; a home let by the month has a price for a month, and no rules for its nights."""
        if self.form.typed.get("let_type") == LetType.MONTHLY.value:
            help_ = t(
                "A part of every year with a shortest stay of its own. Where seasons overlap the longest one counts."
            )
            return [field_card(t("Price"), self._price(monthly=True)), self._seasons(help_)]
        help_ = t("A part of every year with a price or a shortest stay of its own. Two prices may not overlap.")
        return [
            field_card(t("Price"), self._price(monthly=False)),
            self._seasons(help_),
            field_card(
                t("Discounts"),
                self._discounts(),
                help=t("A stay gets one discount, the first that fits: for its length, early bird, last minute."),
            ),
            field_card(t("Guests and cleaning"), self._guests()),
            field_card(t("Tourist tax"), [tax_field(self)]),
        ]

    def _seasons(self, help_: str) -> ft.Control:
        return field_card(t("Seasons"), [SeasonRows(self.form, self.touch, self.places)], help=help_)

    def _price(self, *, monthly: bool) -> list[ft.Control]:
        """How it is let, and for how much."""
        lets = [(word, let_word(LetType(word))) for word in known(LetType)]
        codes = [(code, currency_word(code)) for code in choices_of_currency()]
        per = t("Price a month (must be filled in)") if monthly else t("Price a night (must be filled in)")
        price = self.amount("price", per)
        return [
            pair(self.choice("let_type", t("How it is let"), lets), self.choice("currency", t("Currency"), codes)),
            pair(price, self._cleaning() if monthly else self._weekend()),
        ]

    def _weekend(self) -> ft.Control:
        return self.percent(
            "weekend_percent",
            t("Friday and Saturday"),
            t("% more"),
            hint=t("None"),
            help=weekend_words(self.form.typed),
        )

    def _discounts(self) -> list[ft.Control]:
        """Of a stay's length, of booking early or late, and the floor under all of them."""
        return [
            NumberRows(self.form, self.touch, self.places, LENGTH_DISCOUNTS),
            pair(
                self.number("early_bird_days", t("Early bird from"), unit_after=t("days before"), hint=t("None")),
                self.percent("early_bird_percent", t("Early bird discount"), t("% less"), hint=t("None")),
            ),
            pair(
                self.number(
                    "last_minute_days",
                    t("Last minute from"),
                    unit_after=t("days before"),
                    hint=t("None"),
                    help=t("0: on the day of arrival itself."),
                ),
                self.percent("last_minute_percent", t("Last-minute discount"), t("% less"), hint=t("None")),
            ),
            pair(
                self.amount(
                    "min_price",
                    t("Never below"),
                    hint=t("None"),
                    help=t("No discount makes a night cheaper than this."),
                ),
                self.percent(
                    "non_refundable_percent",
                    t("Without any refund"),
                    t("% less"),
                    hint=t("None"),
                    help=t("For guests who give up every refund, once stays are paid by card."),
                ),
            ),
        ]

    def _guests(self) -> list[ft.Control]:
        return [
            pair(
                self.number(
                    "guests_included",
                    t("Guests in the price"),
                    hint=t("All"),
                    help=t("The price of a night is for so many."),
                ),
                self.amount(
                    "extra_guest_fee",
                    t("Each further guest"),
                    hint=t("None"),
                    help=t("For each of them and each night."),
                ),
            ),
            self._cleaning(),
        ]

    def _cleaning(self) -> ft.Control:
        return self.amount("cleaning_fee", t("Cleaning, once"), hint=t("None"))
