"""Tourist taxes as data: each says where it stands and since when, and can be charged."""

from datetime import date

import pytest

from shared_models.tourist_taxes import TAXES, TouristTax, proposed_tax

every_tax = pytest.mark.parametrize("tax", TAXES.values(), ids=list(TAXES))


@every_tax
def test_a_tax_says_where_it_was_read_and_when(tax: TouristTax) -> None:
    assert tax.source.startswith(("https://", "http://"))
    assert tax.as_of >= date(2026, 11, 30)
    assert len(tax.key) <= 40


@every_tax
def test_each_rate_is_one_thing_and_they_follow_each_other(tax: TouristTax) -> None:
    assert tax.rates
    assert all((rate.percent is None) != (rate.per_person is None) for rate in tax.rates)
    assert [rate.since for rate in tax.rates] == sorted({rate.since for rate in tax.rates})
    assert len({rate.per_person.currency for rate in tax.rates if rate.per_person is not None}) <= 1


@every_tax
def test_its_place_proposes_it(tax: TouristTax) -> None:
    assert proposed_tax(tax.country, f" {tax.city.upper()} ") == tax
    assert proposed_tax("XX", tax.city) is None


def test_a_city_is_found_by_the_name_it_gives_itself() -> None:
    for country, city, key in (("DE", "Köln", "cologne"), ("AT", "Wien", "vienna"), ("PT", "Lisboa", "lisbon")):
        tax = proposed_tax(country, city)
        assert tax is not None
        assert tax.key == key


def test_nothing_is_proposed_where_nothing_is_known() -> None:
    assert proposed_tax("GB", "London") is None


def test_a_rate_holds_from_its_first_day() -> None:
    tax = TAXES["vienna"]
    told = [tax.rate_on(day) for day in (date(2026, 6, 30), date(2026, 7, 1), date(2027, 6, 30), date(2027, 7, 1))]
    assert [str(rate.percent) for rate in told if rate is not None] == ["3.2", "5", "5", "8"]
    assert TAXES["edinburgh"].rate_on(date(2026, 7, 23)) is None


@pytest.mark.parametrize(
    ("key", "nights", "taxed"),
    [("edinburgh", 4, 4), ("edinburgh", 6, 5), ("prague", 60, 60), ("prague", 61, 0), ("amsterdam", 400, 400)],
)
def test_how_many_nights_are_taxed(key: str, nights: int, taxed: int) -> None:
    assert TAXES[key].taxed(nights) == taxed
