"""Places are found by any of their names, with their country or their postcode, and never taken for slips."""

from collections import Counter

import pytest
from sqlalchemy import text

from server.core.database import Database
from server.search.rules.city_names import CITY_NAMES
from server.search.rules.known_places import country_at_end, fold, known_places
from tests.conftest import MakeProperty
from tests.server.search.test_forgiving import page_of
from tests.server.search.worlds import learn

HOMES = [
    ("Vienna", "AT", None),
    ("Prague", "CZ", None),
    ("Berlin", "DE", "10115"),
    ("Zürich", "CH", None),
    ("København", "DK", None),
    ("St. John's", "CA", None),
    ("Saint-Étienne", "FR", None),
    ("Ulm", "DE", "89077"),
    ("Kyoto", "JP", None),
    ("München", "DE", None),
    ("London", "GB", "SW1A 1AA"),
]
FOUND = [
    ("Wien", "Vienna"),
    ("Praha", "Prague"),
    ("Prag", "Prague"),
    ("Vienna, Austria", "Vienna"),
    ("Wien Österreich", "Vienna"),
    ("Berlin, DE", "Berlin"),
    ("zuerich", "Zürich"),
    ("Zurich", "Zürich"),
    ("Koebenhavn", "København"),
    ("Copenhagen", "København"),
    ("Saint Johns", "St. John's"),
    ("St Étienne", "Saint-Étienne"),
    ("saint etienne", "Saint-Étienne"),
    ("89077 Ulm", "Ulm"),
    ("89077", "Ulm"),
    ("Wohnung in Berlin", "Berlin"),
    ("Ulm für 2 Personen", "Ulm"),
    ("flat in Munich", "München"),
    ("muenchen", "München"),
    ("Kioto, Japan", "Kyoto"),
    ("London, UK", "London"),
    ("Londres", "London"),
    ("SW1A", "London"),
    ("Großbritannien", "London"),
    ("DÄNEMARK", "København"),
]


@pytest.fixture
async def europe(database: Database, a_property: MakeProperty) -> None:
    for city, country, postcode in HOMES:
        await a_property(city=city, country=country, postcode=postcode, neighbourhood=None, title="A home", type="flat")
    await learn(database)


@pytest.mark.usefixtures("europe")
async def test_a_place_is_found_however_it_is_called(database: Database) -> None:
    found = {typed: await page_of(database, typed) for typed, _ in FOUND}
    wrong = [
        (typed, city, [hit.city for hit in found[typed].items])
        for typed, city in FOUND
        if [hit.city for hit in found[typed].items] != [city] or found[typed].read or found[typed].missing
    ]
    assert wrong == []


@pytest.mark.usefixtures("europe")
@pytest.mark.parametrize("typed", ["Rome", "flat in Rome", "Rom, Italien", "2 bed Roma"])
async def test_a_place_without_homes_is_taken_for_no_other_word_and_left_out_by_nobody(
    database: Database, typed: str
) -> None:
    page = await page_of(database, typed)
    assert (page.total, page.read, page.missing) == (0, [], [])


@pytest.mark.usefixtures("europe")
async def test_a_word_that_no_home_has_is_named_and_empties_no_list(
    database: Database, a_property: MakeProperty
) -> None:
    page = await page_of(database, "flat in Berlin qwertz")
    assert ([hit.city for hit in page.items], page.missing) == (["Berlin"], ["qwertz"])
    assert (await page_of(database, "qwertz")).total == 0
    assert (await page_of(database, "flat in Berlin qwertz", exact=True)).total == 0
    # A word that was not learned yet is no missing one.
    await a_property(city="Berlin", country="DE", neighbourhood=None, title="Qwertz", type="flat")
    page = await page_of(database, "flat in Berlin qwertz")
    assert ([hit.title for hit in page.items], page.missing) == (["Qwertz"], [])


@pytest.mark.usefixtures("europe")
async def test_a_city_whose_name_is_an_ordinary_word_may_be_missing(database: Database) -> None:
    page = await page_of(database, "nice flat in Berlin")
    assert ([hit.city for hit in page.items], page.missing) == (["Berlin"], ["nice"])


@pytest.mark.usefixtures("europe")
async def test_another_name_of_a_city_counts_in_cities_alone(database: Database, a_property: MakeProperty) -> None:
    await a_property(title="On the rim of the crater", city="Edinburgh")
    assert (await page_of(database, "Rome")).total == 0, "which is Rim in Czech"
    assert (await page_of(database, "rim")).total == 1


@pytest.mark.usefixtures("europe")
async def test_nobody_finds_a_home_by_the_part_of_its_postcode_that_names_a_few_houses(database: Database) -> None:
    assert (await page_of(database, "1AA")).total == 0
    assert (await page_of(database, "SW1A1AA")).total == 0


async def test_names_are_folded_as_the_database_folds_them(database: Database) -> None:
    names = [name for line in CITY_NAMES.strip().splitlines() for name in line.partition(" ")[2].split(", ")]
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT name, btrim(search_words(name)) AS folded FROM unnest(CAST(:names AS text[])) AS name"),
            {"names": names},
        )
        assert [(name, fold(name)) for name, folded in rows if fold(name) != folded] == []


def test_no_name_means_two_cities_of_one_country() -> None:
    lines = [line.partition(" ") for line in CITY_NAMES.strip().splitlines()]
    named = Counter(
        (country, name) for country, _, names in lines for name in {fold(name) for name in names.split(", ")}
    )
    assert [key for key, cities in named.items() if cities > 1] == []


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("frankfurt am main", [(0, 3)]),
        ("flat new york city centre", [(1, 4)]),
        ("the hague", [(0, 2)]),
        ("wien wien", [(0, 1), (1, 2)]),
        ("two of us in an apartment", []),
        ("vienna austria", [(0, 1), (1, 2)]),
    ],
)
def test_the_longest_name_is_the_place(typed: str, spans: list[tuple[int, int]]) -> None:
    assert [(place.start, place.end) for place in known_places(typed.split())] == spans


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("Berlin, DE", "DE"),
        ("London (UK)", "GB"),
        ("casa, de", None),
        ("house DE", None),
        ("flat, ZZ", None),
        ("", None),
    ],
)
def test_a_code_in_capitals_at_the_end_is_a_country(typed: str, country: str | None) -> None:
    assert country_at_end(typed) == country
