"""What the demo makes up, before anything is written: believable, varied, and the same on every machine."""

import math
from collections import Counter
from datetime import date
from itertools import combinations
from random import Random

import pytest

from server.demo import homes, stays
from server.demo.cities import City, cities
from server.demo.people import LANDLORDS, TENANTS
from server.demo.stays import Block, Home, Visit
from server.demo.words import words
from server.properties.rules.zones import zone_of
from shared_models.money import Currency, decimals
from shared_models.properties import Amenity, LetType, PropertyFacts, PropertyType
from shared_models.stay_dates import Stay
from shared_models.stay_limits import StayLimits, refusals

TODAY = date(2027, 3, 10)
SENSIBLE_EUROS_A_NIGHT = (30, 700)
EUROS: dict[Currency, float] = {
    Currency.EUR: 1,
    Currency.GBP: 1.15,
    Currency.CZK: 0.04,
    Currency.DKK: 0.134,
    Currency.SEK: 0.09,
    Currency.JPY: 0.006,
    Currency.CAD: 0.65,
}
"""About what a unit of each currency is worth: enough to see a price that is ten times wrong."""


def made_up(seed: int = 1) -> dict[str, list[PropertyFacts]]:
    random = Random(seed)
    return {city.name: homes.make_up(random, city) for city in cities()}


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Good enough within a city."""
    east = (other[1] - one[1]) * math.cos(math.radians(one[0]))
    return math.hypot(other[0] - one[0], east) * 111.2


ALL = [facts for of_city in made_up().values() for facts in of_city]


def test_the_same_dice_make_the_same_homes_and_other_dice_others() -> None:
    assert made_up(1) == made_up(1) != made_up(2)


def test_there_are_300_homes_in_fifteen_cities_of_every_kind() -> None:
    assert len(ALL) == 300
    assert len(cities()) == len(LANDLORDS) == 15
    assert {facts.type for facts in ALL} == set(PropertyType) - {PropertyType.UNKNOWN}
    monthly = sum(facts.let_type == LetType.MONTHLY for facts in ALL)
    assert 60 < monthly < 120


@pytest.mark.parametrize("seed", range(5))
def test_no_two_homes_are_called_or_described_alike(seed: int) -> None:
    every = [facts for of_city in made_up(seed).values() for facts in of_city]
    assert len({facts.title for facts in every}) == len({facts.description for facts in every}) == 300


@pytest.mark.parametrize("city", cities(), ids=lambda city: city.name)
def test_a_home_stands_in_its_city_and_in_the_citys_time_zone(city: City) -> None:
    for facts in made_up()[city.name]:
        pin = (facts.pin.latitude, facts.pin.longitude)
        assert kilometres(city.at, pin) < 15
        assert kilometres(city.quarter(facts.address.neighbourhood or "").at, pin) < 1
        assert zone_of(*pin) == city.zone


@pytest.mark.parametrize("city", cities(), ids=lambda city: city.name)
def test_prices_are_in_local_money_and_sensible(city: City) -> None:
    for facts in made_up()[city.name]:
        assert facts.currency == city.currency
        euros = facts.price_minor / 10 ** decimals(facts.currency) * EUROS[facts.currency]
        night = euros / 12 if facts.let_type == LetType.MONTHLY else euros
        assert SENSIBLE_EUROS_A_NIGHT[0] < night < SENSIBLE_EUROS_A_NIGHT[1], facts.title


def test_what_landlords_tell_varies_and_is_sometimes_unknown() -> None:
    for told in ("sleeps", "amenities", "check_in_from", "min_nights", "max_nights", "cleaning_fee_minor"):
        unknown = sum(getattr(facts, told) is None for facts in ALL)
        assert 0 < unknown < 290, told
    assert {facts.rules.pets for facts in ALL} == {None, True, False}
    named = {amenity for facts in ALL for amenity in facts.amenities or ()}
    assert named == set(Amenity) - {Amenity.UNKNOWN}


def test_words_leave_nothing_unfilled_and_never_shout() -> None:
    for facts in ALL:
        for text in (facts.title, facts.description):
            assert not set(text) & set("{}!"), text
            assert "  " not in text
        assert facts.description.endswith(".")


def test_boats_lie_on_water_and_have_no_street() -> None:
    boats = [facts for facts in ALL if facts.type == PropertyType.BOAT]
    moorings = {city.name: city.mooring for city in cities()}
    assert len(boats) == sum(mooring is not None for mooring in moorings.values()) > 3
    for boat in boats:
        mooring = moorings[boat.address.city]
        assert mooring is not None
        assert (boat.address.line, boat.address.neighbourhood) == (None, mooring.quarter)
        assert boat.title.endswith(f"on {mooring.water}")


def test_every_word_is_said_once_only_in_its_list() -> None:
    said = words()
    for texts in (
        [character.title for character in said.character],
        [character.opening for character in said.character],
        [quarter.says for city in cities() for quarter in city.quarters],
        # A name in two cities would let two homes have one title.
        [name for city in cities() for quarter in city.quarters for name in (*quarter.streets, *quarter.sights)],
    ):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize("seed", range(5))
def test_stays_and_blocks_overlap_neither_at_a_home_nor_for_a_person(seed: int) -> None:
    open_homes = [Home(facts, TODAY, busy=number < 10) for number, facts in enumerate(ALL)]
    plan = stays.make_up(Random(seed), open_homes, len(TENANTS))
    visits = [*plan.begun, *plan.coming]
    at_homes: dict[int, list[Stay]] = {}
    of_people: dict[int, list[Stay]] = {}
    everything: list[Visit | Block] = [*visits, *plan.blocks]
    for taken in everything:
        at_homes.setdefault(taken.home, []).append(taken.stay)
    for visit in visits:
        of_people.setdefault(visit.tenant, []).append(visit.stay)
    for together in (*at_homes.values(), *of_people.values()):
        assert not any(one.overlaps(other) for one, other in combinations(together, 2))
    assert {visit.home for visit in visits} > set(range(9))
    _check_visits(open_homes, plan.begun, plan.coming)


def _check_visits(open_homes: list[Home], begun: list[Visit], coming: list[Visit]) -> None:
    assert len(begun) > 200
    assert len(coming) > 40
    assert all(visit.stay.check_in < TODAY for visit in begun)
    for visit in coming:
        limits = StayLimits.model_validate(open_homes[visit.home].facts)
        assert not refusals(limits, visit.stay, visit.guests, TODAY)
    firsts = [visit for visit in (*begun, *coming) if visit.tenant == 0]
    assert len(firsts) == stays.PAST_VISITS_OF_FIRST_TENANT + stays.COMING_VISITS_OF_FIRST_TENANT


def test_everyone_has_a_name_of_their_own() -> None:
    everyone = [*TENANTS, *(name for names in LANDLORDS.values() for name in names)]
    assert (len(everyone), len(set(everyone))) == (65, 65)
