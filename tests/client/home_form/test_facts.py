"""From what is typed to the facts of a home."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.features.home_form.facts import facts_of, said_of, typed_from, typed_of
from client.features.home_form.field_places import FIELDS, Step, field_at, step_of
from client.features.home_form.seasons import SeasonRow, days_of, rows_of, words_of
from client.features.home_form.typed import Typed
from shared_models.cancellation_terms import CancellationTermsGiven
from shared_models.drafts import DraftField, DraftSaid
from shared_models.money import Currency, Money
from shared_models.properties import Amenity, PropertyFacts, PropertyRead, PropertyStatus

DAYS = st.one_of(st.just(""), st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: day.isoformat()[5:]))


def typed(**words: str) -> Typed:
    """A form with all that must be filled in, and what a test adds."""
    made = Typed()
    made.words |= {"title": "A home", "city": "Edinburgh", "latitude": "55.95", "longitude": "-3,19", "price": "94"}
    made.words |= words
    return made


def test_what_is_left_empty_is_not_said() -> None:
    facts, errors = facts_of(typed())
    assert errors == {}
    assert facts is not None
    assert (facts.bedrooms, facts.amenities, facts.rules.pets, facts.check_in_from) == (None, None, None, None)
    assert facts.pin.longitude == -3.19


def test_having_none_of_it_is_not_the_same_as_not_saying() -> None:
    form = typed()
    form.amenities_said = True
    facts, _ = facts_of(form)
    assert facts is not None
    assert facts.amenities == []
    form.amenities = {Amenity.WIFI}
    assert facts_of(form)[0] is not None


@pytest.mark.parametrize(
    ("words", "currency", "minor"),
    [
        ("94", "GBP", 9400),
        ("94.50", "GBP", 9450),
        ("94,50", "EUR", 9450),
        ("1,650.00", "GBP", 165000),
        ("12 000", "JPY", 12000),
        ("1,650", "GBP", 165000),
    ],
)
def test_money_is_typed_in_major_units_of_its_currency(words: str, currency: str, minor: int) -> None:
    facts, errors = facts_of(typed(price=words, currency=currency))
    assert errors == {}
    assert facts is not None
    assert (facts.price_minor, facts.currency) == (minor, Currency(currency))


def test_more_decimals_than_the_currency_knows_are_refused() -> None:
    assert "JPY" in facts_of(typed(price="94.5", currency="JPY"))[1]["price"]


def test_an_empty_form_names_what_must_be_filled_in_in_the_order_of_the_page() -> None:
    facts, errors = facts_of(Typed())
    assert facts is None
    assert list(errors) == ["title", "city", "latitude", "longitude", "price"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("beds", "two"),
        ("beds", "0"),
        ("latitude", "north"),
        ("latitude", "91"),
        ("price", "free"),
        ("check_in_from", "25:00"),
        ("cleaning_fee", "99999999999"),
        ("country", ""),
    ],
)
def test_what_cannot_be_read_is_named_beside_its_field(field: str, words: str) -> None:
    facts, errors = facts_of(typed(**{field: words}))
    assert facts is None
    assert list(errors) == [field]


def test_a_longest_stay_below_the_shortest_is_told_at_the_longest() -> None:
    assert list(facts_of(typed(min_nights="5", max_nights="3"))[1]) == ["max_nights"]


def test_times_are_read_as_people_write_them() -> None:
    facts, _ = facts_of(typed(check_in_from="15", check_out_by="10.30"))
    assert facts is not None
    assert (facts.check_in_from, facts.check_out_by) == (time(15), time(10, 30))


def test_a_path_of_the_server_finds_its_field() -> None:
    assert field_at("body.address.city") == "city"
    assert field_at("price_minor") == "price"


def test_limits_of_a_stay_survive_the_way_through_the_fields() -> None:
    form = typed(
        advance_notice_days="2",
        booking_window_days="300",
        preparation_days="1",
        check_in_weekdays="friday saturday",
        seasons="06-01 to 08-31: 7\n12-20-01-05 : 4",
    )
    facts, errors = facts_of(form)
    assert errors == {}
    assert facts is not None
    assert (facts.advance_notice_days, facts.booking_window_days, facts.preparation_days) == (2, 300, 1)
    assert [day.value for day in facts.check_in_weekdays or ()] == ["friday", "saturday"]
    assert [(season.first, season.last, season.min_nights) for season in facts.seasons or ()] == [
        ("06-01", "08-31", 7),
        ("12-20", "01-05", 4),
    ]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("preparation_days", "15"),
        ("booking_window_days", "0"),
        ("advance_notice_days", "366"),
    ],
)
def test_a_limit_that_cannot_be_is_told_at_its_field(field: str, words: str) -> None:
    assert list(facts_of(typed(**{field: words}))[1]) == [field]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("summer", ["seasons.0.days", "seasons.0.price"]),
        ("02-31 to 03-01: 7", ["seasons.0.days"]),
        ("06-01 to 08-31: 0", ["seasons.0.nights"]),
        ("06-01 to 08-31: 7\n06-01 to : 7\n06-01 to 08-31: seven", ["seasons.1.days", "seasons.2.nights"]),
        ("06-01 to 08-31: 14\n12-20 to 01-05: 15", ["seasons.1.nights"]),
    ],
)
def test_what_is_wrong_with_a_season_is_told_in_its_row(words: str, wrong: list[str]) -> None:
    errors = facts_of(typed(max_nights="14", seasons=words))[1]
    assert sorted(errors) == wrong
    assert {step_of(name) for name in errors} == {Step.PRICE}


def test_what_the_server_says_of_a_season_is_told_in_its_row_too() -> None:
    assert field_at("body.facts.seasons.3.min_nights") == "seasons.3.nights"
    assert field_at("body.facts.seasons.0.last") == "seasons.0.days"


TYPED = st.text("0123456789abc ", max_size=4).map(str.strip)


@given(st.lists(st.builds(SeasonRow, DAYS, DAYS, TYPED, TYPED), max_size=5))
def test_rows_are_kept_as_they_are_half_done_or_whole(rows: list[SeasonRow]) -> None:
    assert rows_of(words_of(rows)) == rows


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (SeasonRow("06-01", "08-31"), (date(2030, 6, 1), date(2030, 8, 31))),
        (SeasonRow("01-01", "01-31"), (date(2031, 1, 1), date(2031, 1, 31))),
        (SeasonRow("12-20", "01-05"), (date(2030, 12, 20), date(2031, 1, 5))),
        (SeasonRow("02-29", "03-05"), (date(2032, 2, 29), date(2032, 3, 5))),
        (SeasonRow("06-01", ""), None),
        (SeasonRow("02-30", "03-01"), None),
    ],
)
def test_a_season_is_shown_the_next_time_it_begins(row: SeasonRow, days: tuple[date, date] | None) -> None:
    assert days_of(row, date(2030, 3, 1)) == days


def test_a_check_out_after_check_in_is_told_unless_a_night_stays_free_between() -> None:
    assert list(facts_of(typed(check_in_from="15:00", check_out_by="16:00"))[1]) == ["check_out_by"]
    assert facts_of(typed(check_in_from="15:00", check_out_by="16:00", preparation_days="1"))[1] == {}


def test_a_notice_beyond_the_booking_window_is_told_at_the_window() -> None:
    assert list(facts_of(typed(advance_notice_days="30", booking_window_days="10"))[1]) == ["booking_window_days"]


def test_a_home_read_and_said_again_is_the_same_home() -> None:
    form = typed(check_in_weekdays="monday", seasons="06-01 to 08-31: 7", preparation_days="2", line="1 Shore")
    form.amenities_said = True
    facts, _ = facts_of(form)
    assert facts is not None
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    said = facts.model_dump(exclude={"price_minor", "cleaning_fee_minor", "currency"})
    home = PropertyRead(
        **said,
        id=UUID(int=1),
        slug="a-home",
        landlord_id=UUID(int=2),
        status=PropertyStatus.DRAFT,
        zone="Europe/London",
        price=Money(amount_minor=facts.price_minor, currency=facts.currency),
        cleaning_fee=None,
        created_at=moment,
        updated_at=moment,
    )
    assert facts_of(typed_of(home))[0] == facts
    assert facts_of(typed_from(said_of(typed_of(home))))[0] == facts


def test_every_fact_of_a_home_has_a_field_in_the_editor() -> None:
    """A fact without one would be lost when the home is saved."""
    fields = {name for names in FIELDS.values() for name in names}
    places = {field_at(path).split(".")[0] for path in PropertyFacts.model_fields}
    places |= {field_at(f"cancellation.{name}") for name in CancellationTermsGiven.model_fields}
    nested = {"address", "pin", "rules", "cancellation"}
    assert places - nested <= fields


def test_what_a_newer_app_kept_does_not_break_an_older_one() -> None:
    said = DraftSaid.model_validate({"words": {"type": "castle", "colour": "red", "check_in_weekdays": "noday friday"}})
    form = typed_from(said)
    assert (form.get("type"), form.get("check_in_weekdays")) == ("flat", "friday")


def test_a_kind_that_a_file_lacked_has_to_be_said() -> None:
    form = typed_from(DraftSaid(words={DraftField.TYPE: "", DraftField.COUNTRY: "", DraftField.CITY: "Ulm"}))
    assert (form.get("type"), form.get("country")) == ("", "")
    errors = facts_of(form)[1]
    assert errors["type"] == "Fill this in."
    assert "country" in errors
