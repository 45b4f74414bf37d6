"""Price rules over HTTP: said, kept, shown, refused; and what became of fees that the law forbids."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server import schema
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.letting_law import Nation, nation_of
from tests.conftest import Api, MakePerson, MakeProperty
from tests.databases import create_database, drop_database
from tests.server.properties.test_property_endpoints import FACTS
from tests.server.stays import rows

RULES: dict[str, Any] = {
    "weekend_percent": 20,
    "length_discounts": [{"nights": 7, "percent": 10}, {"nights": 28, "percent": 30}],
    "early_bird_days": 60,
    "early_bird_percent": 5,
    "last_minute_days": 0,
    "last_minute_percent": 15,
    "min_price_minor": 5_000,
    "guests_included": 2,
    "extra_guest_fee_minor": 1_500,
    "non_refundable_percent": 10,
    "tourist_tax": "edinburgh",
    "seasons": [{"first": "12-20", "last": "01-05", "price_minor": 20_000}],
}
ON_PAGE = RULES | {
    "min_price": {"amount_minor": 5_000, "currency": "GBP"},
    "extra_guest_fee": {"amount_minor": 1_500, "currency": "GBP"},
    "seasons": [{"first": "12-20", "last": "01-05", "price_minor": 20_000, "min_nights": None}],
}
MINOR = ("min_price_minor", "extra_guest_fee_minor")


async def test_price_rules_are_kept_and_stand_on_the_page(api: Api, a_person: MakePerson) -> None:
    mine = api.as_(await a_person(Role.LANDLORD))
    made = (await mine.post("/properties", FACTS | RULES)).json()
    expected = {name: value for name, value in ON_PAGE.items() if name not in MINOR}
    assert {name: made[name] for name in expected} == expected
    assert (await mine.get(f"/properties/{made['id']}")).json() == made
    nothing = (await mine.put(f"/properties/{made['id']}", FACTS)).json()
    assert {nothing[name] for name in expected} == {None}


async def test_everybody_sees_the_rules_of_a_home_on_show(api: Api, a_property: MakeProperty) -> None:
    home = await a_property(**RULES)
    page = (await api.get(f"/properties/{home}")).json()
    assert (page["weekend_percent"], page["tourist_tax"]) == (20, "edinburgh")


@pytest.mark.parametrize("rule", sorted(RULES))
async def test_each_rule_is_part_of_the_tag_of_the_home(api: Api, a_person: MakePerson, rule: str) -> None:
    mine = api.as_(await a_person(Role.LANDLORD))
    pairs = {
        "early_bird_days": 61,
        "early_bird_percent": 6,
        "last_minute_days": 1,
        "last_minute_percent": 16,
        "guests_included": 3,
        "extra_guest_fee_minor": 1_501,
        "weekend_percent": 21,
        "min_price_minor": 5_001,
        "non_refundable_percent": 11,
        "tourist_tax": None,
        "seasons": None,
        "length_discounts": None,
    }
    made = await mine.post("/properties", FACTS | RULES)
    path, tag = f"/properties/{made.json()['id']}", {"If-Match": made.headers["etag"]}
    changed = await mine.put(path, FACTS | RULES | {rule: pairs[rule]}, headers=tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != made.headers["etag"]
    late = await mine.put(path, FACTS | RULES, headers=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")


async def test_a_season_of_before_there_were_prices_is_still_the_same(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    mine = api.as_(await a_person(Role.LANDLORD))
    seasons = [{"first": "06-01", "last": "08-31", "min_nights": 7}]
    made = await mine.post("/properties", FACTS | {"seasons": seasons})
    assert (await rows(database, "SELECT seasons FROM property"))[0].seasons == seasons
    again = await mine.put(f"/properties/{made.json()['id']}", FACTS | {"seasons": seasons})
    assert again.headers["etag"] == made.headers["etag"]


async def test_a_copy_has_the_same_rules(api: Api, a_person: MakePerson) -> None:
    mine = api.as_(await a_person(Role.LANDLORD))
    made = (await mine.post("/properties", FACTS | RULES)).json()
    copy = (await mine.post(f"/properties/{made['id']}/duplicate")).json()
    assert all(copy[name] == made[name] for name in ON_PAGE if name not in MINOR)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"weekend_percent": 91}, ["weekend_percent"]),
        ({"min_price_minor": 8_051}, ["min_price_minor"]),
        ({"tourist_tax": "atlantis"}, ["tourist_tax"]),
        (
            {
                "seasons": [
                    {"first": "01-01", "last": "02-01", "price_minor": 1},
                    {"first": "03-01", "last": "04-01", "min_nights": 2},
                    {"first": "02-01", "last": "02-02", "price_minor": 1},
                ]
            },
            ["seasons.2.first"],
        ),
        ({"seasons": [{"first": "01-01", "last": "02-01"}]}, ["seasons.0.price_minor"]),
        (
            {"length_discounts": [{"nights": 7, "percent": 1}, {"nights": 7, "percent": 2}]},
            ["length_discounts.1.nights"],
        ),
        ({"let_type": "monthly", "cleaning_fee_minor": 0, "weekend_percent": 1}, ["weekend_percent"]),
        (
            {
                "let_type": "monthly",
                "address": {"line": "1 Mare Street", "city": "London", "postcode": "E8 1AA", "country": "GB"},
            },
            ["cleaning_fee_minor"],
        ),
    ],
)
async def test_what_does_not_agree_is_refused_by_its_field(
    api: Api, a_person: MakePerson, said: dict[str, Any], fields: list[str]
) -> None:
    reply = await api.as_(await a_person(Role.LANDLORD)).post("/properties", FACTS | said)
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, fields)


@pytest.mark.parametrize(
    "columns",
    [
        {"weekend_percent": 91},
        {"min_price_minor": 8_001},
        {"early_bird_days": 3},
        {"last_minute_percent": 3},
        {"guests_included": 3},
        {"extra_guest_fee_minor": -1, "guests_included": 1},
    ],
)
async def test_the_database_refuses_rules_that_cannot_be(a_property: MakeProperty, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        await a_property(**columns)


# The migration.

BEFORE, WITH_RULES = "0019", "0020"
PLACES = [
    ("London", "E8 1AA"),
    ("Edinburgh", "EH6 6QW"),
    ("Edinburgh", None),
    ("London", None),
    (" SWANSEA ", "?"),
    ("Chester", "ch1 1aa"),
    ("Deeside", "CH5 1AA"),
    ("Berwick-upon-Tweed", "TD15 1AA"),
    ("Melrose", "TD6"),
    ("Shrewsbury", "SY15AB"),
    ("Montgomery", "SY15 6AB"),
    ("Belfast", "BT1 1AA"),
    ("Nether Wallop", ""),
]


@pytest.fixture
async def old(postgres_url: str) -> AsyncIterator[Database]:
    """A database as the release before this one left it."""
    name = f"old_{new_id().hex}"
    database = Database(await create_database(postgres_url, name), pool=2)
    await schema.migrate(database, BEFORE)
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def test_fees_that_the_law_forbids_are_taken_off_and_no_others(old: Database) -> None:
    homes = [(city, postcode, "monthly", "GB") for city, postcode in PLACES]
    homes += [("London", "E8 1AA", "nightly", "GB"), ("Paris", None, "monthly", "FR")]
    async with old.transaction() as session:
        landlord = new_id()
        await session.execute(
            text("INSERT INTO identity (id, source_key, created_at) VALUES (:id, 'landlord', now())"), {"id": landlord}
        )
        for number, (city, postcode, let_type, country) in enumerate(homes):
            await session.execute(
                text(
                    "INSERT INTO property (id, slug, landlord_id, status, title, description, type, let_type, city,"
                    " postcode, country, latitude, longitude, zone, rules, price_minor, cleaning_fee_minor, currency,"
                    " instant_book, created_at, updated_at) VALUES (:id, :slug, :landlord, 'published', 'Home', '',"
                    " 'flat', :let_type, :city, :postcode, :country, 55.9, -3.2, 'Europe/London', '{}', 80000, 4000,"
                    " 'GBP', true, now(), now())"
                ),
                {"id": new_id(), "slug": f"home-{number:02}", "landlord": landlord, "let_type": let_type, "city": city}
                | {"postcode": postcode, "country": country},
            )
    await schema.migrate(old, WITH_RULES)
    kept = [row.cleaning_fee_minor for row in await rows(old, "SELECT cleaning_fee_minor FROM property ORDER BY slug")]
    forbidden = [
        let == "monthly" and nation_of(country, code, city) is Nation.ENGLAND for city, code, let, country in homes
    ]
    assert kept == [None if taken else 4_000 for taken in forbidden]
    assert 0 < sum(forbidden) < len(homes)
