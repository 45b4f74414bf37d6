"""Facts, amenities, rules and states in words: what is unknown is never made up."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
import time_machine

from client.parts.amenities import absent, grouped
from client.parts.dates import refusal_words, rules_of
from client.parts.facts import facts_line, facts_of
from client.parts.listing import amenity_word, type_word
from client.parts.rules import rule_words, stay_words, unsaid
from client.parts.status import deadline, is_live_hold, status_words, zone_name
from client.parts.stay_query import read_stay
from shared_models.base import known
from shared_models.bookings import BookingRead, BookingStatus
from shared_models.calendars import Period
from shared_models.properties import Amenity, HouseRules, PropertyRead, PropertyType
from shared_models.search import SearchHit
from shared_models.stay_limits import Refusal, StayLimits, Weekday

NOW = datetime(2026, 11, 22, 18, 20, tzinfo=UTC)
ID = UUID(int=7)


def home(**said: Any) -> PropertyRead:
    """A home of which nothing is known but what must be."""
    unknown = dict.fromkeys(
        ["bedrooms", "beds", "bathrooms", "sleeps", "amenities", "check_in_from", "check_out_by"], None
    )
    facts = {
        "id": ID,
        "slug": "a-home",
        "landlord_id": ID,
        "status": "published",
        "title": "A home",
        "description": "",
        "type": "flat",
        "let_type": "nightly",
        "address": {"city": "Edinburgh", "country": "GB"},
        "pin": {"latitude": 55.9, "longitude": -3.1},
        "zone": "Europe/London",
        "rules": {},
        "min_nights": None,
        "max_nights": None,
        "price": {"amount_minor": 8000, "currency": "GBP"},
        "cleaning_fee": None,
        "instant_book": True,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return PropertyRead.model_validate({**facts, **unknown, **said})


def booking(status: str, *, zone: str = "Europe/London", ends: datetime | None = None) -> BookingRead:
    price = {"amount_minor": 8000, "currency": "GBP"}
    return BookingRead.model_validate(
        {
            "id": ID,
            "reference": "ABCD2345",
            "status": status,
            "home": {
                "id": ID,
                "slug": "a-home",
                "title": "A home",
                "city": "Edinburgh",
                "neighbourhood": None,
                "zone": zone,
                "check_in_from": None,
                "check_out_by": None,
            },
            "check_in": date(2026, 12, 11),
            "check_out": date(2026, 12, 12),
            "guests": 1,
            "lines": [{"kind": "nights", "quantity": 1, "unit": price, "amount": price}],
            "total": price,
            "payment": "on_arrival",
            "tenant_name": "Isla",
            "landlord_name": "Morag",
            "hold_expires_at": ends,
            "created_at": NOW,
            "confirmed_at": None,
        }
    )


def test_facts_that_matter_and_are_missing_say_so() -> None:
    facts = facts_of(home())
    assert [(fact.value, fact.note) for fact in facts] == [
        ("Bedrooms", "Not said: ask"),
        ("Bathrooms", "Not said: ask"),
        ("How many sleep here", "Not said: ask"),
    ]


def test_facts_that_were_said_are_told() -> None:
    facts = facts_of(home(bedrooms=2, beds=3, bathrooms=1, sleeps=4, check_in_from=time(15), check_out_by=time(10)))
    assert [(fact.value, fact.note) for fact in facts] == [
        ("2 bedrooms", "3 beds"),
        ("1 bathroom", ""),
        ("Sleeps 4", ""),
        ("Check-in from 15:00", "Check-out by 10:00"),
    ]


def test_only_a_leaving_time_stands_alone() -> None:
    assert facts_of(home(check_out_by=time(10)))[-1].value == "Check-out by 10:00"


def test_a_card_leaves_out_what_is_unknown() -> None:
    facts: dict[str, Any] = {
        "id": ID,
        "slug": "x",
        "title": "x",
        "type": "boat",
        "let_type": "nightly",
        "city": "Leith",
        "neighbourhood": None,
        "latitude": 1,
        "longitude": 1,
        "sleeps": None,
        "bedrooms": None,
        "beds": None,
        "price": {"amount_minor": 1, "currency": "GBP"},
    }
    assert facts_line(SearchHit.model_validate(facts)) == "Leith · Boat"
    full = {**facts, "neighbourhood": "The Shore", "bedrooms": 2, "sleeps": 4}
    assert facts_line(SearchHit.model_validate(full)) == "The Shore · Boat · 2 bedrooms · sleeps 4"


@pytest.mark.parametrize("kind", [PropertyType(value) for value in known(PropertyType)])
def test_every_kind_of_home_has_a_name_of_its_own(kind: PropertyType) -> None:
    assert type_word(kind) != type_word(PropertyType.UNKNOWN)


@pytest.mark.parametrize("amenity", [Amenity(value) for value in known(Amenity)])
def test_every_amenity_has_a_name_and_a_group(amenity: Amenity) -> None:
    assert amenity_word(amenity) != amenity_word(Amenity.UNKNOWN)
    assert any(amenity in found for _, found in grouped([amenity]))


def test_what_a_home_has_is_not_listed_as_missing() -> None:
    assert Amenity.WIFI not in absent([Amenity.WIFI])
    assert Amenity.WIFI in absent([])


def test_rules_that_were_not_said_stay_open() -> None:
    assert rule_words(HouseRules()) == []
    assert unsaid(HouseRules()) == ["pets", "smoking", "parties"]
    assert [words for _, words in rule_words(HouseRules(pets=False, children=True))] == [
        "No pets",
        "Children are welcome",
    ]
    assert unsaid(HouseRules(pets=False, smoking=True, parties=False)) == []


def test_limits_of_a_stay_are_told() -> None:
    words = [told for _, told in stay_words(home(min_nights=3, max_nights=28, sleeps=1, check_in_from=time(15)))]
    assert words == ["Check-in from 15:00", "At least 3 nights", "At most 28 nights", "At most 1 guest"]


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_a_sentence(refusal: Refusal) -> None:
    limits = StayLimits(min_nights=3, max_nights=7, sleeps=2, check_in_weekdays=[Weekday.FRIDAY, Weekday.SATURDAY])
    assert refusal_words(refusal, limits, date(2030, 6, 1)).endswith(".")


@pytest.mark.parametrize("status", list(BookingStatus))
def test_every_state_of_a_booking_has_words(status: BookingStatus) -> None:
    assert status_words(booking(status.value))[0]


@time_machine.travel(NOW, tick=False)
def test_a_deadline_is_told_in_the_homes_own_time() -> None:
    ends = datetime(2026, 11, 22, 18, 35, tzinfo=UTC)
    assert deadline(ends, "Europe/London") == "today, 18:35 GMT"
    assert deadline(ends, "Europe/Berlin") == "today, 19:35 CET"
    assert deadline(ends, "Pacific/Auckland") == "today, 07:35 NZDT"
    assert deadline(datetime(2026, 11, 23, 0, 5, tzinfo=UTC), "Europe/London") == "Mon 23 Nov, 00:05 GMT"


def test_zones_without_letters_read_as_an_offset() -> None:
    assert zone_name(NOW, "Asia/Kathmandu") == "UTC+5:45"
    assert zone_name(NOW, "America/Sao_Paulo") == "UTC-3"


@time_machine.travel(NOW, tick=False)
def test_a_hold_says_until_when_and_a_lapsed_one_that_it_ended() -> None:
    live = booking("held", zone="Europe/Berlin", ends=datetime(2026, 11, 22, 18, 35, tzinfo=UTC))
    assert is_live_hold(live)
    assert status_words(live)[0] == "Confirm by 19:35"
    over = booking("held", ends=NOW)
    assert not is_live_hold(over)
    assert status_words(over)[0] == "Hold ended"


@time_machine.travel(NOW, tick=False)
def test_the_calendar_knows_taken_nights_but_not_the_leaving_day() -> None:
    taken = [Period(start=date(2026, 12, 3), end=date(2026, 12, 5))]
    rules = rules_of(StayLimits(min_nights=2), "Europe/London", taken)
    assert rules.taken == {date(2026, 12, 3), date(2026, 12, 4)}
    assert (rules.first, rules.shortest_from(date(2026, 12, 10))) == (date(2026, 11, 22), 2)


@pytest.mark.parametrize(
    "query", [{}, {"check_in": "x", "check_out": "y"}, {"check_in": "2026-12-02", "check_out": "2026-12-01"}]
)
def test_dates_that_make_no_stay_are_none(query: dict[str, str]) -> None:
    assert read_stay(query) is None
