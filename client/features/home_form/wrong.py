"""What is wrong with the facts of a home, in plain words for each field. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from client.core.language import t, whole
from client.features.home_form.cancelling.tiers import TIERS, wrong_tier
from client.features.home_form.field_places import Errors, base_of, field_at
from shared_models.letting_law import FeeForbidden
from shared_models.properties import SeasonTooLong
from shared_models.stay_dates import MAX_STAY_NIGHTS
from shared_models.stay_limits import SeasonsOverlap, SeasonTooCheap


def told(error: ValidationError) -> Errors:
    """The first problem of each field, in plain words."""
    found: Errors = {}
    for problem in error.errors():
        rows = problem["loc"][:1] in (("seasons",), ("length_discounts",), ("cancellation",))
        place = (str(part) for part in problem["loc"] if rows or not isinstance(part, int))
        name = field_at(".".join(place))
        found.setdefault(name, _words(name, problem["type"], problem.get("ctx") or {}))
    return found


def _words(name: str, kind: str, limits: Mapping[str, Any]) -> str:
    if base_of(name) == TIERS:
        return wrong_tier(name, limits.get("error"))
    if kind == "value_error" and name in _DISAGREE:
        return _DISAGREE[name]()
    if said := _told_by(limits.get("error")):
        return said
    if base_of(name) in ("seasons", "length_discounts"):
        return _of_row(name, kind)
    if name in _AMOUNTS:
        return t("This amount cannot be right. Check it for typing errors.")
    if kind in ("string_too_short", "missing", "string_type", "enum"):
        return _MISSING.get(name, lambda: t("Fill this in."))()
    if kind == "string_too_long":
        return t("At most {n} characters.", n=whole(int(limits["max_length"])))
    if kind in ("greater_than_equal", "less_than_equal") and name in _BOUNDS:
        low, high = _BOUNDS[name]
        return t("Between {low} and {high}.", low=low, high=high)
    return t("This cannot be used. Check it for typing errors.")


def _told_by(error: object) -> str:
    """What a problem says that has a name of its own; "" for any other."""
    match error:
        case SeasonTooLong(longest=longest):
            return t("The longest stay is {n} nights, so nobody could come in this season.", n=whole(longest))
        case SeasonsOverlap():
            return t("Another season with a price has some of these days: a night cannot have two prices.")
        case SeasonTooCheap():
            return t("It is below the least that a night may cost.")
        case FeeForbidden(rule=rule):
            return t(
                "In England nobody may be asked for it by the month ({law}). Leave it empty; if the home stands "
                "elsewhere in the United Kingdom, give its postcode.",
                law=rule.law,
            )
        case _:
            return ""


def _of_row(name: str, kind: str) -> str:
    """What is wrong in a row of seasons or discounts, or with how many there are."""
    field, _, part = name.partition(".")
    part = part.rpartition(".")[2]
    if part == "nights" and kind == "value_error":
        return t("There is a discount from so many nights already.")
    if part == "nights":
        return t("Between {low} and {high}.", low="1" if field == "seasons" else "2", high=whole(MAX_STAY_NIGHTS))
    if part == "percent":
        return t("Between {low} and {high}.", low="0", high="90")
    if part == "price":
        empty = t("Give it a price, a shortest stay, or both.")
        return empty if kind == "value_error" else t("This amount cannot be right. Check it for typing errors.")
    if part == "days":
        return t("Choose the first and the last day.")
    return t("At most 20 seasons.") if field == "seasons" else t("At most 5 discounts.")


_AMOUNTS: Final = ("price", "cleaning_fee", "min_price", "extra_guest_fee")
_DISAGREE: Final = {
    "max_nights": lambda: t("The maximum stay is shorter than the minimum stay."),
    "early_bird_percent": lambda: t("Fill in the days and the percent, or neither."),
    "last_minute_percent": lambda: t("Fill in the days and the percent, or neither."),
    "extra_guest_fee": lambda: t(
        "Fill in how many guests are in the price and what each further one pays, or neither."
    ),
    "min_price": lambda: t("It is more than a night costs."),
    "tourist_tax": lambda: t("It is charged in another currency than that of the price."),
    "booking_window_days": lambda: t("The notice is longer than the time one can book ahead."),
    "check_out_by": lambda: t(
        "It is after check-in, so nobody could come on the day somebody leaves. "
        "Choose an earlier time, or keep a night free between two stays."
    ),
}
"""What is wrong where two fields do not agree, at the later of them."""
_MISSING: Final = {
    "title": lambda: t("Give it a title, such as “Sunny flat by the castle”."),
    "city": lambda: t("Name the city or the village."),
    "country": lambda: t("Choose the country."),
}

_BOUNDS: Final = {
    "latitude": ("-90", "90"),
    "longitude": ("-180", "180"),
    "bedrooms": ("0", "100"),
    "bathrooms": ("0", "100"),
    "beds": ("1", "100"),
    "sleeps": ("1", "100"),
    **dict.fromkeys(
        ("weekend_percent", "early_bird_percent", "last_minute_percent", "non_refundable_percent"), ("0", "90")
    ),
    "early_bird_days": ("1", "730"),
    "last_minute_days": ("0", "730"),
    "guests_included": ("1", "100"),
    "min_nights": ("1", "3,650"),
    "max_nights": ("1", "3,650"),
    "preparation_days": ("0", "14"),
    "advance_notice_days": ("0", "365"),
    "booking_window_days": ("1", "730"),
}
