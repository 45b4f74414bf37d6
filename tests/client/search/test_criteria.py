"""The wish of an address: what makes sense is kept, the rest is ignored, and nothing crashes."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from client.features.search.asked import chosen_filters, giving_up, understood, without_all
from client.features.search.criteria import Criteria, read, summary, to_search, write
from client.parts.map.sheet import Circle
from client.paths import query_of, search
from shared_models.areas import write_area
from shared_models.money import Currency
from shared_models.properties import Amenity, LetType, PropertyType
from shared_models.search import HouseRule, LeftOut, SearchPart, Sort

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

FULL = Criteria(
    text="köln & bonn #1=50%+?/你",
    check_in=date(2026, 12, 11),
    check_out=date(2026, 12, 14),
    guests=2,
    let_type=LetType.MONTHLY,
    types=(PropertyType.BOAT, PropertyType.FLAT),
    price_min=50_00,
    price_max=400_50,
    currency=Currency.EUR,
    sort=Sort.PRICE_LOW,
    exact=True,
    amenities=(Amenity.WIFI,),
    rules=(HouseRule.PETS,),
    bedrooms=2,
    beds=3,
    instant=True,
    area=write_area(((55.97, -3.18), (55.98, -3.16), (55.965, -3.15))),
)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


NEAR = Criteria(sort=Sort.DISTANCE, circle=Circle(55.9533, -3.1883, 0.5, "Old Town & Co, Edinburgh"))


@pytest.mark.parametrize(
    "criteria", [Criteria(), FULL, NEAR, Criteria(text="Edinburgh"), Criteria(price_max=100), Criteria(guests=100)]
)
def test_a_wish_survives_the_address(criteria: Criteria) -> None:
    assert read(query_of(search(**write(criteria)))) == criteria


@pytest.mark.parametrize(
    "query",
    [
        {"check_in": "2026-12-11"},
        {"check_out": "2026-12-14"},
        {"check_in": "2026-12-14", "check_out": "2026-12-11"},
        {"check_in": "2026-12-11", "check_out": "2026-12-11"},
        {"check_in": "2026-02-30", "check_out": "2026-03-04"},
        {"check_in": "2020-12-11", "check_out": "2020-12-14"},
        {"check_in": "2029-12-11", "check_out": "2029-12-14"},
        {"check_in": "2026-12-11", "check_out": "2030-12-14"},
        {"guests": "0"},
        {"guests": "101"},
        {"guests": "-1"},
        {"guests": "two"},
        {"guests": "²"},
        {"guests": "99999999999999999999"},
        {"let_type": "unknown"},
        {"let_type": "hourly"},
        {"types": "castle,unknown,,"},
        {"price_max": "NaN"},
        {"price_max": "Infinity"},
        {"price_min": "-5"},
        {"price_min": "1e999999"},
        {"price_max": "12.345"},
        {"price_max": "cheap"},
        {"sort": "distance"},
        {"sort": "unknown"},
        {"currency": "XXX"},
        {"text": "\x00"},
        {"text": "   "},
        {"nonsense": "1"},
        {"bedrooms": "0"},
        {"beds": "101"},
        {"bathrooms": "²"},
        {"amenities": "castle,unknown"},
        {"rules": "castle"},
        {"instant": "true"},
        {"exact": "1"},
        {"area": "AAAA"},
        {"latitude": "55.95", "longitude": "-3.19"},
        {"latitude": "55.95", "longitude": "-3.19", "radius_km": "0"},
        {"latitude": "55.95", "longitude": "-3.19", "radius_km": "501"},
        {"latitude": "91", "longitude": "-3.19", "radius_km": "2"},
        {"latitude": "nan", "longitude": "inf", "radius_km": "2"},
        {"near": "Leith", "sort": "distance"},
    ],
)
def test_a_value_that_makes_no_sense_is_ignored(query: dict[str, str]) -> None:
    assert read(query) == Criteria()
    to_search(read(query))


def test_what_makes_sense_beside_nonsense_is_kept() -> None:
    criteria = read(
        {"types": "boat,castle,boat,flat", "guests": "2", "check_in": "soon", "price_min": "90", "price_max": "50"}
    )
    assert criteria == Criteria(guests=2, types=(PropertyType.BOAT, PropertyType.FLAT), price_max=50_00)


def test_a_very_long_text_is_cut_to_what_the_server_takes() -> None:
    assert len(to_search(read({"text": "x" * 5000})).text or "") == 200


def test_yesterday_is_kept_because_it_may_still_be_yesterday_somewhere() -> None:
    query = {"check_in": "2026-11-21", "check_out": "2026-11-23"}
    assert read(query).nights == 2
    assert read({**query, "check_in": "2026-11-20"}).nights is None


def test_a_price_takes_its_currency_along() -> None:
    asked = to_search(Criteria(price_max=100_00, currency=Currency.JPY))
    assert (asked.price_max, asked.currency) == (100_00, Currency.JPY)
    assert to_search(Criteria(currency=Currency.JPY)).currency is None


def test_yen_have_no_pence_in_the_address() -> None:
    criteria = Criteria(price_max=12_000, currency=Currency.JPY)
    assert write(criteria)["price_max"] == "12000"
    assert read({"price_max": "12000", "currency": "JPY"}) == criteria


def test_each_chosen_filter_can_be_taken_away_alone() -> None:
    labels = {part.label: part.without for part in chosen_filters(FULL)}
    assert list(labels) == [
        *("Boat", "Flat", "Wi-Fi", "Pets welcome", "2+ bedrooms", "3+ beds", "Booked at once", "€50.00 to €400.50"),
        "In the area you drew",
    ]
    assert labels["Boat"] == dataclasses.replace(FULL, types=(PropertyType.FLAT,))
    assert not labels["€50.00 to €400.50"].has_price
    assert FULL.filters == 9
    assert FULL.without_filters().filters == 0


def test_by_distance_one_can_sort_as_long_as_there_is_a_middle() -> None:
    assert Sort.DISTANCE in NEAR.sorts
    (part,) = chosen_filters(NEAR)
    assert part.label == "Within 500 m of Old Town & Co, Edinburgh"
    assert part.without == Criteria(), "the order goes with the middle"
    assert Sort.DISTANCE not in part.without.sorts
    assert NEAR.filters == 2
    to_search(NEAR)


@pytest.mark.parametrize(
    ("criteria", "left_out", "labels", "rest"),
    [
        (
            FULL,
            [SearchPart.TYPES, SearchPart.PRICE],
            ["Boat, Flat", "€50.00 to €400.50"],
            {"types": (), "price_max": None},
        ),
        (FULL, [SearchPart.ROOMS, SearchPart.OFFERS], ["2+ bedrooms, 3+ beds", "Wi-Fi, Pets welcome"], {"beds": None}),
        (FULL, [SearchPart.DATES, SearchPart.GUESTS], ["Fri 11 – Mon 14 Dec", "2 guests"], {"guests": None}),
        (NEAR, [SearchPart.PLACE], ["Within 500 m of Old Town & Co, Edinburgh"], {"circle": None, "sort": None}),
        (FULL, [SearchPart.PLACE, SearchPart.INSTANT], ["In the area you drew", "Booked at once"], {"area": None}),
        (Criteria(text="2 bed castle under £90"), [SearchPart.PRICE], ["Under £90.00"], {"text": "2 bed castle"}),
        (
            Criteria(text="wifi castle pet friendly", amenities=(Amenity.LIFT,)),
            [SearchPart.OFFERS],
            ["Lift, Wi-Fi, Pets welcome"],
            {"text": "castle", "amenities": ()},
        ),
        (Criteria(text="Castle, King's CAFÉ"), ["cafe"], ["“cafe”"], {"text": "Castle, King's"}),
        (Criteria(text="castle King's cafe"), ["king"], ["“king”"], {"text": "castle cafe"}),
    ],
)
def test_what_the_server_left_out_is_named_and_given_up(
    criteria: Criteria, left_out: list[SearchPart | str], labels: list[str], rest: dict[str, Any]
) -> None:
    told = [
        LeftOut(part=part) if isinstance(part, SearchPart) else LeftOut(part=SearchPart.WORD, word=part)
        for part in left_out
    ]
    assert [part.label for part in giving_up(criteria, told)] == labels
    bare = without_all(criteria, told)
    assert {name: getattr(bare, name) for name in rest} == rest


def test_what_is_understood_can_be_taken_away_alone() -> None:
    criteria = Criteria(text="2 bed near the castle under 100, sleeps 4 with parking")
    assert [(part.label, part.without.text) for part in understood(criteria)] == [
        ("2+ bedrooms", "near the castle under 100, sleeps 4 with parking"),
        ("Under 100", "2 bed near the castle, sleeps 4 with parking"),
        ("4 guests", "2 bed near the castle under 100, with parking"),
        ("Parking", "2 bed near the castle under 100, sleeps 4"),
    ]
    assert understood(dataclasses.replace(criteria, exact=True)) == []


def test_the_summary_says_dates_guests_and_a_monthly_stay() -> None:
    assert summary(FULL) == "Fri 11 – Mon 14 Dec · 2 guests · by the month"
    assert summary(Criteria()) == "Any dates"
