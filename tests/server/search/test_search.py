"""Search over HTTP, one filter at a time."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from server.calendars.tables import OccupancyTable
from server.core import clock, cursors
from server.core.database import Database
from server.core.ids import new_id
from tests.conftest import Api, MakePerson, MakeProperty

FULL_WIDTH = "\uff23\uff21\uff26\uff25"  # CAFE
MORNING = datetime.fromisoformat("2027-03-10T10:30:00+00:00")


async def found(api: Api, **query: Any) -> set[str]:
    """The titles that a search finds."""
    reply = await api.get("/search", params=query)
    assert reply.status_code == 200, reply.text
    assert reply.json()["total"] == len(reply.json()["items"])
    return {hit["title"] for hit in reply.json()["items"]}


async def claim(
    database: Database, home: UUID, start: str, end: str | None, kind: str = "booking", **more: Any
) -> None:
    """Take nights of a home."""
    nights = Range(date.fromisoformat(start), date.fromisoformat(end) if end else None)
    async with database.transaction() as session:
        session.add(OccupancyTable(property_id=home, period=nights, kind=kind, source_id=new_id(), **more))


async def test_only_published_homes_of_the_asked_kind_of_letting_are_found(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="Shown")
    await a_property(title="By the month", let_type="monthly")
    for status in ("draft", "pending_review", "paused", "rejected", "archived"):
        await a_property(title=status, status=status)
    assert await found(api) == {"Shown"}
    assert await found(api, let_type="monthly") == {"By the month"}


@pytest.mark.parametrize(
    "words",
    [
        "cafe",
        "CAFÉ",
        "Cafe\u0301",
        "caf",
        "oeuvre",
        "ŒUVRE",
        "l'oeuvre",
        "leith cafe",
        "malmo,cafe",
        "strasse",
        FULL_WIDTH,
    ],
)
async def test_words_are_found_in_title_neighbourhood_and_city_whatever_their_accents_and_case(
    api: Api, a_property: MakeProperty, words: str
) -> None:
    await a_property(title="Café de l'Œuvre", neighbourhood="Leith Straße", city="Malmö")
    assert await found(api, text=words) == {"Café de l'Œuvre"}


@pytest.mark.parametrize("words", ["cafe boat", "cafeleith", "leithmalmo", "100%", "e_x"])
async def test_every_word_must_be_there_as_it_is(api: Api, a_property: MakeProperty, words: str) -> None:
    await a_property(title="Café", neighbourhood="Leith", city="Malmö")
    await a_property(title="Boat", neighbourhood="Leith", city="Malmö")
    assert await found(api, text=words) == set()


@pytest.mark.parametrize("words", ["爱丁", "丁堡公寓", "🏡", "❤", "❤️", "👩‍👧", "爱丁堡 ❤️"])
async def test_chinese_and_emoji_are_words_too(api: Api, a_property: MakeProperty, words: str) -> None:
    await a_property(title="爱丁堡公寓 🏡 ❤️ 👩‍👧")
    await a_property(title="Flat")
    assert await found(api, text=words) == {"爱丁堡公寓 🏡 ❤️ 👩‍👧"}


@pytest.mark.parametrize("words", ["", "  ", "!?", "%", "_", "\\", "'; --"])
async def test_a_text_without_words_asks_for_nothing(api: Api, a_property: MakeProperty, words: str) -> None:
    await a_property(title="Flat")
    assert await found(api, text=words) == {"Flat"}


async def test_no_word_becomes_a_wildcard(database: Database) -> None:
    letters = [chr(code) for code in range(32, 0x1_0000) if not 0xD800 <= code < 0xE000]
    words = text("SELECT search_words(letter) AS words FROM unnest(CAST(:letters AS text[])) AS letter")
    async with database.transaction() as session:
        folded = list(await session.scalars(words, {"letters": letters}))
    assert sum(word.strip() != "" for word in folded) > 40_000
    assert [word for word in folded if set(word) & set("%_\\") or "  " in word.strip()] == []


async def test_a_radius_includes_its_edge_and_reaches_over_the_180th_meridian(
    api: Api, a_property: MakeProperty
) -> None:
    await a_property(title="west", latitude=0, longitude=-179.99)
    await a_property(title="east", latitude=0, longitude=179.99)
    await a_property(title="far", latitude=0, longitude=-179.9)
    # 0.01 degrees of the equator are 1.11195080 km.
    at = {"latitude": 0, "longitude": 180}
    assert await found(api, **at, radius_km=1.1119509) == {"west", "east"}
    assert await found(api, **at, radius_km=1.1119507) == set()
    assert await found(api, **at | {"longitude": -180}, radius_km=1.1119509) == {"west", "east"}
    assert await found(api, latitude=0, longitude=179.99, radius_km=5e-324) == {"east"}


async def test_a_radius_over_a_pole_finds_homes_on_every_meridian(api: Api, a_property: MakeProperty) -> None:
    for longitude in (-180, -90, 0, 90, 180):
        await a_property(title=f"{longitude}", latitude=89.95, longitude=longitude)
    await a_property(title="south", latitude=-90, longitude=0)
    assert len(await found(api, latitude=89.99, longitude=0, radius_km=10)) == 5
    assert len(await found(api, latitude=90, longitude=0, radius_km=5.6)) == 5
    assert await found(api, latitude=-90, longitude=123, radius_km=0.001) == {"south"}


async def test_homes_at_hardly_any_coordinates_break_nothing(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="tiny", latitude=5e-324, longitude=-5e-324)
    await a_property(title="nearly", latitude=89.99999999999999, longitude=1e-300)
    for latitude in ("0", "1e-300", "-5e-324", "1e-13", "90", "-90"):
        for longitude in ("0", "1e-300", "180", "-180", "1e-11"):
            query = f"latitude={latitude}&longitude={longitude}&sort=distance"
            assert (await api.get(f"/search?{query}")).json()["total"] == 2
            assert (await api.get(f"/search?{query}&radius_km=1e-300")).status_code == 200


async def test_distance_sorts_and_is_told(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="second", latitude=55.97)
    await a_property(title="first", latitude=55.96)
    await a_property(title="third", latitude=55.90)
    hits = (await api.get("/search?latitude=55.9533&longitude=-3.1883&sort=distance")).json()["items"]
    assert [(hit["title"], hit["distance_km"]) for hit in hits] == [
        ("first", 0.745),
        ("second", 1.857),
        ("third", 5.927),
    ]


async def test_capacity_counts_without_dates_and_an_unknown_one_refuses_nobody(
    api: Api, a_property: MakeProperty
) -> None:
    await a_property(title="two", sleeps=2, min_nights=30, instant_book=False)
    await a_property(title="unknown", sleeps=None)
    assert await found(api, guests=2) == {"two", "unknown"}
    assert await found(api, guests=3) == {"unknown"}


async def test_prices_are_within_bounds_and_of_one_currency(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="80", price_minor=8000)
    await a_property(title="90", price_minor=9000)
    await a_property(title="80 euros", price_minor=8000, currency="EUR")
    assert await found(api, price_min=8000, price_max=8999, currency="GBP") == {"80"}
    assert await found(api, price_min=8001, currency="GBP") == {"90"}
    assert await found(api, currency="EUR") == {"80 euros"}


async def test_types_are_any_of_those_asked_for(api: Api, a_property: MakeProperty) -> None:
    for kind in ("flat", "boat", "house"):
        await a_property(title=kind, type=kind)
    assert await found(api, types=["flat", "boat"]) == {"flat", "boat"}


async def test_prices_sort_within_their_currency(api: Api, a_property: MakeProperty) -> None:
    for currency, price in (("GBP", 100), ("JPY", 1), ("GBP", 300), ("EUR", 200)):
        await a_property(title=f"{currency} {price}", currency=currency, price_minor=price)
    for order, expected in (
        ("price_low", ["EUR 200", "GBP 100", "GBP 300", "JPY 1"]),
        ("price_high", ["EUR 200", "GBP 300", "GBP 100", "JPY 1"]),
    ):
        hits = (await api.get(f"/search?sort={order}")).json()["items"]
        assert [hit["title"] for hit in hits] == expected


@time_machine.travel(MORNING, tick=False)
async def test_dates_find_only_what_can_be_booked_and_say_what_it_costs(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="free", price_minor=8000, cleaning_fee_minor=2550)
    await a_property(title="long stays", min_nights=4)
    await a_property(title="short stays", max_nights=2)
    await a_property(title="on request", instant_book=False)
    await a_property(title="long before", advance_notice_days=60)
    await a_property(title="soon only", booking_window_days=5)
    await a_property(title="not on Thursdays", check_in_weekdays=["friday"])
    await a_property(title="longer in spring", seasons=[{"first": "03-20", "last": "04-10", "min_nights": 7}])
    stay = {"check_in": "2027-04-01", "check_out": "2027-04-04"}
    assert await found(api, **stay) == {"free", "on request"}
    (hit,) = [hit for hit in (await api.get("/search", params=stay)).json()["items"] if hit["title"] == "free"]
    assert hit["total"] == {"amount_minor": 26550, "currency": "GBP"}
    assert hit["price"] == {"amount_minor": 8000, "currency": "GBP"}
    assert await found(api, check_in="2027-04-01", check_out="2027-04-05") == {"free", "on request", "long stays"}


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("let_type", ["nightly", "monthly"])
async def test_a_hit_tells_the_lines_that_its_quote_will_have(
    api: Api, a_property: MakeProperty, a_person: MakePerson, let_type: str
) -> None:
    home = await a_property(let_type=let_type, price_minor=97_68, cleaning_fee_minor=2550)
    stay = {"check_in": "2027-04-01", "check_out": "2027-05-16"}
    (hit,) = (await api.get("/search", params={"let_type": let_type, **stay})).json()["items"]
    request_body = {"property_id": str(home), "guests": 1, **stay}
    quote = (await api.as_(await a_person()).post("/quotes", request_body)).json()
    assert (hit["lines"], hit["total"]) == (quote["lines"], quote["total"])
    (undated,) = (await api.get("/search", params={"let_type": let_type})).json()["items"]
    assert (undated["lines"], undated["total"]) == ([], None)


@time_machine.travel(MORNING, tick=False)
async def test_a_monthly_stay_costs_months_and_days(api: Api, a_property: MakeProperty) -> None:
    await a_property(let_type="monthly", price_minor=90000)
    page = (await api.get("/search?let_type=monthly&check_in=2027-04-01&check_out=2027-05-16")).json()
    assert page["items"][0]["total"]["amount_minor"] == 90000 + round(90000 * 15 / 31)


@time_machine.travel(MORNING, tick=False)
async def test_taken_nights_are_not_found_but_the_day_of_leaving_is_free(
    api: Api, a_property: MakeProperty, database: Database
) -> None:
    home = await a_property(title="home")
    await claim(database, home, "2027-04-03", "2027-04-06")
    await claim(database, home, "2027-05-01", None, kind="tenancy")
    assert await found(api, check_in="2027-04-01", check_out="2027-04-03") == {"home"}
    assert await found(api, check_in="2027-04-06", check_out="2027-04-08") == {"home"}
    assert await found(api, check_in="2027-04-02", check_out="2027-04-04") == set()
    assert await found(api, check_in="2027-04-05", check_out="2027-04-07") == set()
    assert await found(api, check_in="2027-04-01", check_out="2027-04-30") == set()
    assert await found(api, check_in="2027-04-29", check_out="2027-05-01") == {"home"}
    assert await found(api, check_in="2028-01-01", check_out="2028-01-02") == set()


async def test_a_lapsed_hold_is_free(api: Api, a_property: MakeProperty, database: Database) -> None:
    home = await a_property(title="home")
    await claim(database, home, "2027-04-03", "2027-04-06", kind="hold", expires_at=MORNING)
    stay = {"check_in": "2027-04-03", "check_out": "2027-04-04"}
    with time_machine.travel(MORNING - timedelta(microseconds=1), tick=False):
        assert await found(api, **stay) == set()
    with time_machine.travel(MORNING, tick=False):
        assert await found(api, **stay) == {"home"}


@time_machine.travel(MORNING, tick=False)
async def test_today_is_the_homes_own(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="west of the date line", zone="Etc/GMT+12")  # 9 March, 22:30
    await a_property(title="Honolulu", zone="Pacific/Honolulu")  # 10 March, 00:30
    await a_property(title="Auckland", zone="Pacific/Auckland")  # 10 March, 23:30
    await a_property(title="Kiritimati", zone="Pacific/Kiritimati")  # 11 March, 00:30

    async def arriving(day: date) -> set[str]:
        return await found(api, check_in=day, check_out=day + timedelta(days=1))

    tenth = {"west of the date line", "Honolulu", "Auckland"}
    assert await arriving(date(2027, 3, 8)) == set()
    assert await arriving(date(2027, 3, 9)) == {"west of the date line"}
    assert await arriving(date(2027, 3, 10)) == tenth
    assert await arriving(date(2027, 3, 11)) == tenth | {"Kiritimati"}
    # 730 days ahead is the farthest arrival; of 10 March 2027 that is 9 March 2029.
    assert await arriving(date(2029, 3, 8)) == tenth | {"Kiritimati"}
    assert await arriving(date(2029, 3, 9)) == {"Honolulu", "Auckland", "Kiritimati"}
    assert await arriving(date(2029, 3, 10)) == {"Kiritimati"}
    assert await arriving(date(2029, 3, 11)) == set()


@time_machine.travel(MORNING, tick=False)
async def test_an_hour_later_today_has_moved_on_in_auckland(api: Api, a_property: MakeProperty) -> None:
    await a_property(title="Auckland", zone="Pacific/Auckland")
    today = {"check_in": "2027-03-10", "check_out": "2027-03-11"}
    assert await found(api, **today) == {"Auckland"}
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        assert await found(api, **today) == set()


@pytest.mark.parametrize(
    "query",
    [
        "text=" + "a%20" * 99,
        "text=" + "%F0%9F%8F%A1" * 200,
        "text=%ED%A0%80",
        "check_in=9999-12-30&check_out=9999-12-31&let_type=monthly",
        "check_in=0001-01-01&check_out=0001-01-02",
        "check_in=9999-12-30&check_out=9999-12-31&let_type=nightly&guests=100",
        "price_min=0&price_max=1000000000&currency=JPY",
        "latitude=-90&longitude=-180&radius_km=500&sort=distance",
        "latitude=90&longitude=180&radius_km=1e-320",
        "latitude=1e-310&longitude=-1e-310&radius_km=1e-310",
        "types=flat&types=flat",
        "limit=60",
    ],
)
async def test_extreme_wishes_are_answered(api: Api, a_property: MakeProperty, query: str) -> None:
    await a_property(latitude=-90, longitude=180)
    await a_property(let_type="monthly", price_minor=1_000_000_000, cleaning_fee_minor=1_000_000)
    reply = await api.get(f"/search?{query}")
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("text=" + "a" * 201, "text"),
        ("latitude=nan&longitude=0", "latitude"),
        ("latitude=1e400&longitude=0", "latitude"),
        ("latitude=0&longitude=-180.0001", "longitude"),
        ("latitude=0&longitude=0&radius_km=0", "radius_km"),
        ("latitude=0&longitude=0&radius_km=501", "radius_km"),
        ("check_in=2027-02-29&check_out=2027-03-01", "check_in"),
        ("guests=0", "guests"),
        ("guests=" + "9" * 5000, "guests"),
        ("let_type=unknown", "let_type"),
        ("types=castle", "types"),
        ("types=unknown", "types"),
        ("currency=XXX&price_min=1", "currency"),
        ("currency=GBP&price_min=-1", "price_min"),
        ("sort=cheapest", "sort"),
        ("limit=0", "limit"),
        ("limit=61", "limit"),
        ("cursor=" + "a" * 601, "cursor"),
    ],
)
async def test_a_bad_wish_names_the_field(api: Api, query: str, field: str) -> None:
    reply = await api.get(f"/search?{query}")
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")
    assert field in {error["field"].split(".")[0] for error in reply.json()["errors"]}


@pytest.mark.parametrize(
    "query",
    [
        "check_in=2027-04-01",
        "check_in=2027-04-01&check_out=2027-04-01",
        "check_in=2027-04-01&check_out=2029-04-02",
        "latitude=0",
        "radius_km=1",
        "sort=distance",
        "price_min=1",
        "price_min=2&price_max=1&currency=GBP",
    ],
)
async def test_parts_that_do_not_belong_together_are_refused(api: Api, query: str) -> None:
    assert (await api.get(f"/search?{query}")).status_code == 422


async def test_a_cursor_serves_its_own_search_only(api: Api, a_property: MakeProperty) -> None:
    for _ in range(3):
        await a_property()
    cursor = (await api.get("/search?limit=1&types=flat&types=boat")).json()["next_cursor"]
    # Another page size and another order of the kinds are the same search.
    reply = await api.get("/search", params={"limit": 2, "types": ["boat", "flat"], "cursor": cursor})
    assert (reply.status_code, len(reply.json()["items"]), reply.json()["total"]) == (200, 2, 3)
    for other in ({}, {"types": ["flat"]}, {"types": ["flat", "boat"], "sort": "price_low"}):
        reply = await api.get("/search", params=other | {"cursor": cursor})
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "cursor")


async def test_a_forged_cursor_is_refused_and_never_reaches_the_database(api: Api, a_property: MakeProperty) -> None:
    for _ in range(2):
        await a_property()
    for order in ("newest", "price_low"):
        cursor = (await api.get(f"/search?limit=1&sort={order}")).json()["next_cursor"]
        real = cursors.unpack(cursor, [str, str, int, str])
        forgeries: list[list[Any]] = [
            [real[0], "\x00", real[2], real[3]],
            [real[0], "\ud800", real[2], real[3]],
            [real[0], "XXX", real[2], real[3]],
            [real[0], real[1], 10**300, real[3]],
            [real[0], real[1], -(10**300), real[3]],
            [real[0], real[1], True, real[3]],
            [real[0], real[1], 1.5, real[3]],
            [real[0], real[1], real[2], "not an id"],
            [real[0], real[1], real[2], "\x00"],
            ["", real[1], real[2], real[3]],
            real[:3],
            [],
        ]
        for forged in (*map(cursors.pack, forgeries), "", "é", "AAAA", "e30", cursor[:-3], "=" * 9):
            reply = await api.get("/search", params={"limit": 1, "sort": order, "cursor": forged})
            assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "cursor"), forged
        for number in (2**53, -(2**53), 0):
            bold = cursors.pack([real[0], real[1], number, real[3]])
            reply = await api.get("/search", params={"limit": 1, "sort": order, "cursor": bold})
            assert (reply.status_code, reply.json()["total"]) == (200, 2)


async def test_a_page_after_the_last_home_still_says_how_many_there_are(api: Api, a_property: MakeProperty) -> None:
    await a_property(published_at=clock.now())
    await a_property(published_at=clock.now())
    cursor = (await api.get("/search?limit=1")).json()["next_cursor"]
    real = cursors.unpack(cursor, [str, str, int, str])
    page = (await api.get("/search", params={"cursor": cursors.pack([real[0], "", 0, real[3]])})).json()
    assert page == {"items": [], "next_cursor": None, "total": 2, "read": [], "missing": [], "close": None}


@pytest.mark.parametrize(
    ("text", "chosen", "found"),
    [
        ("under £100", "price_max=6000&currency=GBP", {"50"}),
        ("under £60", "price_max=10000&currency=GBP", {"50"}),
        ("over £100", "price_min=7000&currency=GBP", {"150"}),
        ("over £60", "price_min=14000&currency=GBP", {"150"}),
        ("for 4", "guests=2", {"150"}),
        ("for 2", "guests=4", {"150"}),
        ("2 bedrooms", "bedrooms=1", {"150"}),
        ("1 bedroom", "bedrooms=2", {"150"}),
    ],
)
async def test_of_what_is_typed_and_what_is_chosen_the_stricter_holds(
    api: Api, a_property: MakeProperty, text: str, chosen: str, found: set[str]
) -> None:
    for pounds, sleeps, bedrooms in ((50, 2, 1), (90, 2, 1), (150, 4, 2)):
        await a_property(title=f"{pounds}", price_minor=pounds * 100, sleeps=sleeps, bedrooms=bedrooms)
    reply = await api.get(f"/search?text={text}&{chosen}")
    assert reply.status_code == 200, reply.text
    assert {hit["title"] for hit in reply.json()["items"]} == found
