"""What the steps and the fields of the editor are called. Pure."""

from client.core.language import countries, t, weekdays
from client.features.home_form.cancelling.tiers import POLICY, TIERS, policy_of, tiers_read
from client.features.home_form.field_places import Step
from client.features.home_form.prices.tiers import tier_words
from client.features.home_form.seasons import season_words
from client.features.home_form.typed import Typed
from client.parts.listing import amenity_word, let_word, type_word
from client.parts.refund_words import policy_word
from client.parts.tourist_tax import tax_words
from shared_models.properties import LetType, PropertyType
from shared_models.stay_limits import Weekday


def step_word(step: Step) -> str:
    """The name of a step."""
    return {
        Step.WHAT: t("Kind and place"),
        Step.ROOMS: t("Rooms"),
        Step.HAS: t("What it has"),
        Step.RULES: t("Rules and times"),
        Step.PRICE: t("Prices"),
        Step.LIMITS: t("Limits"),
        Step.LOOK: t("Look and send"),
    }[step]


def step_title(step: Step) -> tuple[str, str]:
    """What a step asks, and what is good to know about it."""
    return {
        Step.WHAT: (
            t("What it is and where"),
            t("Only what is marked must be filled in. What you leave empty is shown as “not said”."),
        ),
        Step.ROOMS: (t("How much room there is"), t("Leave empty what you do not know yet.")),
        Step.HAS: (t("What it has"), t("People filter by these.")),
        Step.RULES: (t("Rules and times"), t("Times are those of the clock at the home.")),
        Step.PRICE: (t("Set the prices"), t("You can change them at any time. Stays already agreed keep theirs.")),
        Step.LIMITS: (t("How long, and how far ahead"), t("Leave empty what you do not want to limit.")),
        Step.LOOK: (t("Look it over"), t("This is what you have said. Nothing is sent before you say so.")),
    }[step]


def field_word(name: str) -> str:
    """The name of a field."""
    words = {
        "title": t("Title"),
        "type": t("Property type"),
        "description": t("Description"),
        "line": t("Street and number"),
        "neighbourhood": t("Neighbourhood"),
        "city": t("City"),
        "postcode": t("Postcode"),
        "country": t("Country"),
        "latitude": t("Latitude"),
        "longitude": t("Longitude"),
        "bedrooms": t("Bedrooms"),
        "beds": t("Beds"),
        "bathrooms": t("Bathrooms"),
        "sleeps": t("Sleeps"),
        "amenities": t("What it has"),
        "pets": t("Pets"),
        "smoking": t("Smoking"),
        "parties": t("Parties"),
        "children": t("Children"),
        "check_in_from": t("Check-in from"),
        "check_out_by": t("Check-out by"),
        "let_type": t("How it is let"),
        "currency": t("Currency"),
        "price": t("Price"),
        "weekend_percent": t("Friday and Saturday"),
        "min_price": t("Never below"),
        "seasons": t("Seasons"),
        "length_discounts": t("Discounts for longer stays"),
        "early_bird_days": t("Early bird from"),
        "early_bird_percent": t("Early bird discount"),
        "last_minute_days": t("Last minute from"),
        "last_minute_percent": t("Last-minute discount"),
        "non_refundable_percent": t("Without any refund"),
        "guests_included": t("Guests in the price"),
        "extra_guest_fee": t("Each further guest"),
        "cleaning_fee": t("Cleaning, once"),
        "tourist_tax": t("Tourist tax"),
        "min_nights": t("Minimum stay"),
        "max_nights": t("Maximum stay"),
        "preparation_days": t("Between two stays"),
        "advance_notice_days": t("Advance notice"),
        "booking_window_days": t("Booking window"),
        "check_in_weekdays": t("Stays begin on"),
        "instant_book": t("Guests can book at once"),
        "cancellation_policy": t("What comes back"),
        "cancellation_tiers": t("Steps of your own"),
    }
    if "." in name:
        return _row_word(*name.split("."))
    return words.get(name, name)


def _row_word(field: str, row: str, part: str) -> str:
    """The name of a field in a row: `seasons.0.days`."""
    number = int(row) + 1
    words = {
        ("seasons", "days"): t("Days of season {n}", n=number),
        ("seasons", "price"): t("Price in season {n}", n=number),
        ("seasons", "nights"): t("Shortest stay in season {n}", n=number),
        ("length_discounts", "nights"): t("Discount {n} from", n=number),
        ("length_discounts", "percent"): t("Discount {n} in percent", n=number),
        (TIERS, "days"): t("Step {n}: until", n=number),
        (TIERS, "percent"): t("Step {n}: comes back", n=number),
    }
    return words.get((field, part), f"{field}.{row}.{part}")


def value_words(typed: Typed, name: str) -> str:
    """What stands in a field, as one reads it."""
    if name == "amenities":
        if not typed.amenities_said:
            return t("Not said")
        return ", ".join(amenity_word(one) for one in sorted(typed.amenities)) or t("None of it")
    if name == "instant_book":
        return t("Yes") if typed.instant_book else t("No")
    value = typed.get(name).strip()
    if not value:
        return t("Not said")
    if name == "type":
        return type_word(PropertyType(value))
    if name == "tourist_tax":
        return tax_words(value)
    if name == "let_type":
        return let_word(LetType(value))
    if name == "check_in_weekdays":
        names = dict(zip(Weekday, weekdays(short=False), strict=True))
        return ", ".join(names[Weekday(day)] for day in value.split())
    if name == "seasons":
        return season_words(value, typed.currency)
    if name == "length_discounts":
        return tier_words(value)
    if name in (POLICY, TIERS):
        return tiers_read(value) if name == TIERS else policy_word(policy_of(typed.words))
    if name == "country":
        return dict(countries()).get(value, value)
    return {"yes": t("Allowed"), "no": t("Not allowed")}.get(value, value)
