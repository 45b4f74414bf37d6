"""Discounts for longer stays: a row each, from so many nights on so many percent less."""

from typing import Final

from client.core.language import t
from client.features.home_form.kept_rows import RowWords
from client.features.home_form.number_rows import NumberField, NumberPart
from client.features.home_form.prices.tiers import TierRow, tier_lines, tiers_of
from shared_models.price_rules import MAX_LENGTH_DISCOUNTS


def _parts(n: int) -> list[NumberPart]:
    return [
        NumberPart("nights", t("Discount {n} from", n=n), t("nights"), max_length=4),
        NumberPart("percent", t("Discount {n} in percent", n=n), t("% less"), max_length=3),
    ]


LENGTH_DISCOUNTS: Final = NumberField(
    words=RowWords("length_discounts", tiers_of, tier_lines, TierRow()),
    max_rows=MAX_LENGTH_DISCOUNTS,
    add=lambda: t("Add a discount for longer stays"),
    remove=lambda n: t("Remove discount {n}", n=n),
    parts=_parts,
)
