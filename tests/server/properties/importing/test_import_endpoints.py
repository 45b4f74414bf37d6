"""Importing over HTTP: upload, plan, dry run, run, findings, undo; and who may."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from server.core.database import Database
from server.core.jobs import run_now
from server.properties.importing.rules.feed_lines import FOR_SALE
from server.properties.service import door as properties
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, Person
from tests.server.properties.importing import samples
from tests.server.properties.importing.conftest import (
    Dump,
    Imported,
    Worked,
    a_line,
    findings_of,
    lines,
    plan_for,
    uploaded,
)


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD)


@pytest.fixture
async def mine(api: Api, landlord: Person) -> Api:
    return api.as_(landlord)


async def test_an_upload_guesses_what_columns_mean_and_shows_samples(mine: Api) -> None:
    run = await uploaded(mine, lines(a_line(), a_line(id=2, name="")))
    assert (run["status"], run["lines"], run["lines_done"], run["plan"]) == ("uploaded", 2, 0, None)
    columns = {column["name"]: column for column in run["columns"]}
    assert columns["id"] == {"name": "id", "guess": "source_id", "samples": ["1", "2"], "kinds": {}}
    assert columns["room_type"]["guess"] == "type"
    assert columns["room_type"]["kinds"] == {"Entire home/apt": "flat"}
    assert columns["name"]["samples"] == ["Bright flat"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("  \n\n", "empty"),
        ("id\n1\n", "one column"),
        ("1,2,3\n4,5,6\n", "name the columns"),
        ("id,name,id\n1,a,2\n", "Two columns"),
        ("id,name\n" + 'x","a\n' * 23, "line 12 never closes"),
        (b"id,name\n1,\x00\n", "null characters"),
        (b"id,name\n1,\x81\n", "CP1252"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(mine: Api, content: str | bytes, words: str) -> None:
    reply = await mine.request("POST", "/imports?filename=a.csv", content=content)
    assert (reply.status_code, reply.json()["code"]) == (422, "import_unreadable")
    assert words in reply.json()["detail"]


async def test_a_file_above_20_mb_is_refused(mine: Api) -> None:
    reply = await mine.request("POST", "/imports?filename=a.csv", content=b"a,b\n" * 5_000_001)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


async def test_a_workbook_that_is_called_csv_is_read_as_what_it_is(mine: Api) -> None:
    run = await uploaded(mine, samples.xlsx({"Read me": (), "Homes": samples.HOMES}), "homes.csv")
    assert run["reading"] == {"kind": "xlsx", "sheet": "Homes", "lines_above": 0}
    assert {column["name"]: column["guess"] for column in run["columns"]} == {
        "id": "source_id",
        "name": "title",
        "city": "city",
        "price": "price",
    }


@pytest.mark.parametrize(
    ("content", "taken", "left_out"),
    [
        (samples.BLM, 2, [(11, FOR_SALE)]),
        (samples.KYERO, 2, [(14, FOR_SALE)]),
        (samples.openimmo(), 1, [(20, FOR_SALE)]),
    ],
    ids=["blm", "kyero", "openimmo"],
)
async def test_a_feed_is_imported_as_it_is_and_what_is_for_sale_is_counted_with_its_reason(
    mine: Api, worked: Worked, content: str, taken: int, left_out: list[tuple[int, str]]
) -> None:
    run = await uploaded(mine, content, "feed.txt")
    plan = {"columns": plan_for(run)["columns"], "file_wide": {"source": "feed"}}
    assert (await mine.put(f"/imports/{run['id']}/plan", plan)).status_code == 200
    assert (await mine.post(f"/imports/{run['id']}/start")).status_code == 200
    done = await worked(run["id"])
    assert (done.lines, done.created, done.refused) == (taken + len(left_out), taken, len(left_out))
    assert await findings_of(mine, run, "refused") == [(line, "line", reason) for line, reason in left_out]
    homes = (await mine.get("/properties")).json()["items"]
    assert {home["let_type"] for home in homes} == {"monthly"}


async def test_a_line_that_no_reader_can_take_is_told_in_the_check_and_in_the_import(mine: Api, worked: Worked) -> None:
    run = await uploaded(mine, lines(a_line(), a_line(id=2), '3,"cut in the mid').removesuffix("\n"))
    assert run["lines"] == 3
    assert (await mine.put(f"/imports/{run['id']}/plan", plan_for(run))).status_code == 200
    for act in ("check", "start"):
        assert (await mine.post(f"/imports/{run['id']}/{act}")).status_code == 200
        done = await worked(run["id"])
        assert (done.lines_done, done.created, done.refused) == (3, 2, 1)
        refused = await findings_of(mine, run, "refused")
        assert refused == [(4, "line", "a quote that opens in it never closes")]


@pytest.mark.parametrize("name", ["", "a/b.csv", "..\\b.csv", "x" * 201, "a%00b"])
async def test_a_file_name_is_only_a_name(mine: Api, name: str) -> None:
    assert (await mine.request("POST", f"/imports?filename={name}", content=lines(a_line()))).status_code == 422


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda words: f"id,name\n{words}".encode()))
)
async def test_no_bytes_at_all_make_the_upload_fail_on_our_side(mine: Api, content: bytes) -> None:
    reply = await mine.request("POST", "/imports?filename=a.csv", content=content)
    assert reply.status_code in (201, 422), reply.text


async def test_a_plan_names_what_is_missing(mine: Api) -> None:
    run = await uploaded(mine, lines(a_line()))
    plan = plan_for(run)
    del plan["columns"]["minimum_nights"], plan["file_wide"]["currency"]
    plan["columns"] |= {"host_id": "title", "shoe": "beds"}
    plan["file_wide"]["country"] = "ZZ"
    reply = await mine.put(f"/imports/{run['id']}/plan", plan)
    assert reply.status_code == 422
    assert {error["field"] for error in reply.json()["errors"]} == {
        "columns.title",
        "columns.shoe",
        "file_wide.country",
        "file_wide.currency",
        "file_wide.let_type",
    }


async def test_a_run_cannot_start_without_a_plan(mine: Api) -> None:
    run = await uploaded(mine, lines(a_line()))
    for act in ("check", "start"):
        reply = await mine.post(f"/imports/{run['id']}/{act}")
        assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "plan")


async def test_a_landlords_lines_become_drafts_of_their_own(
    mine: Api, imported: Imported, landlord: Person, database: Database
) -> None:
    run = await imported(mine, lines(a_line(), a_line(id=2, room_type="Private room")), instant_book=True)
    assert (run["status"], run["created"], run["refused"]) == ("done", 2, 0)
    homes = (await mine.get("/properties")).json()["items"]
    assert {home["status"] for home in homes} == {"draft"}
    page = (await mine.get(f"/properties/{min(homes, key=lambda home: home['type'])['id']}")).json()
    assert page | {} == page | {
        "landlord_id": str(landlord.id),
        "title": "Bright flat",
        "type": "flat",
        "let_type": "nightly",
        "zone": "Europe/London",
        "price": {"amount_minor": 8000, "currency": "GBP"},
        "min_nights": 3,
        "instant_book": True,
        "sleeps": None,
        "bedrooms": None,
        "beds": None,
        "bathrooms": None,
        "max_nights": None,
        "amenities": None,
        "cleaning_fee": None,
        "check_in_from": None,
    }
    assert page["address"]["neighbourhood"] == "Old Town, Leith Street"
    async with database.engine.connect() as connection:
        keys = list(await connection.scalars(text("SELECT source_key FROM property ORDER BY 1")))
        left = await connection.scalar(text("SELECT count(*) FROM import_line"))
    assert keys == [f"{landlord.id}/insideairbnb-edinburgh/{number}" for number in (1, 2)]
    assert left == 0


async def test_an_admins_lines_go_to_one_unclaimed_landlord_per_host(
    api: Api, imported: Imported, a_person: MakePerson
) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    run = await imported(admin, lines(a_line(), a_line(id=2), a_line(id=3, host_id=7)))
    assert run["created"] == 3
    await admin.post("/properties/bulk-status", {"status": "pending_review", "from_status": "draft"})
    queue = (await admin.get("/cases?kind=home_review")).json()
    assert queue["total"] == 3
    assert sorted(home["whose"] for home in queue["items"]) == ["Host 60423", "Host 60423", "Host 7"]


async def test_a_host_is_the_same_landlord_in_the_next_file_and_a_file_without_hosts_has_one(
    api: Api, imported: Imported, a_person: MakePerson, dump: Dump
) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    await imported(admin, lines(a_line()))
    await imported(admin, lines(a_line(id=2)))
    assert len((await dump())["profile"]) == 2  # the admin and one host
    header = "id,name,latitude,longitude,room_type,price"
    rows = [f"{number},Flat,55.95,-3.18,Private room,40" for number in (8, 9)]
    assert (await imported(admin, lines(*rows, header=header), let_type="nightly"))["created"] == 2
    assert len((await dump())["profile"]) == 3


async def test_a_dry_run_counts_and_finds_but_writes_nothing(
    mine: Api, imported: Imported, worked: Worked, dump: Dump
) -> None:
    await imported(mine, lines(a_line(), a_line(id=2)))
    before = await dump()
    run = await uploaded(mine, lines(a_line(price=81), a_line(id=2), a_line(id=3), a_line(id=4, price=0)))
    await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    assert (await mine.post(f"/imports/{run['id']}/check")).json()["status"] == "checking"
    checked = await worked(run["id"])
    assert (checked.status, checked.created, checked.changed, checked.unchanged, checked.refused) == (
        "checked",
        1,
        1,
        1,
        1,
    )
    assert await dump() == before
    assert await findings_of(mine, run) == [(5, "price", "must be more than 0")]
    assert (await mine.post(f"/imports/{run['id']}/start")).json()["created"] == 0
    done = await worked(run["id"])
    assert (done.status, done.created, done.changed, done.unchanged) == ("done", 1, 1, 1)
    assert await findings_of(mine, run) == [(5, "price", "must be more than 0")]


async def test_another_plan_makes_a_check_void(mine: Api, worked: Worked) -> None:
    run = await uploaded(mine, lines(a_line(price=0)))
    await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    await mine.post(f"/imports/{run['id']}/check")
    running = await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    assert (running.status_code, running.json()["code"]) == (409, "import_running")
    await worked(run["id"])
    again = (await mine.put(f"/imports/{run['id']}/plan", plan_for(run, city="Leith"))).json()
    assert (again["status"], again["refused"], again["lines_done"]) == ("uploaded", 0, 0)
    assert await findings_of(mine, run) == []


async def test_the_chain_of_jobs_works_a_run_off_and_a_job_run_twice_does_nothing_twice(
    mine: Api, database: Database
) -> None:
    run = await uploaded(mine, lines(*(a_line(id=number) for number in range(1, 702))))
    await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    await mine.post(f"/imports/{run['id']}/start")
    done: list[int] = []
    for _ in range(6):
        await run_now(database, "importing.step", {"run_id": run["id"]})
        done.append((await mine.get(f"/imports/{run['id']}")).json()["lines_done"])
    assert done == [500, 701, 701, 701, 701, 701]
    end = (await mine.get(f"/imports/{run['id']}")).json()
    assert (end["status"], end["created"]) == ("done", 701)
    async with database.engine.connect() as connection:
        waiting = await connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE lock IS NOT NULL"))
    assert waiting == 3  # the first, and one after each chunk; the step that ends the run defers nothing


async def test_a_home_changed_by_hand_keeps_what_the_file_does_not_say(mine: Api, imported: Imported) -> None:
    await imported(mine, lines(a_line()))
    home = (await mine.get("/properties")).json()["items"][0]
    facts = {
        "title": "My own title",
        "description": "Quiet.",
        "type": "house",
        "let_type": "nightly",
        "address": {"city": "Leith", "country": "GB", "line": "1 Shore"},
        "pin": {"latitude": 55.9, "longitude": -3.2},
        "sleeps": 4,
        "price_minor": 9900,
        "currency": "GBP",
        "instant_book": True,
    }
    assert (await mine.put(f"/properties/{home['id']}", facts)).status_code == 200
    again = await imported(mine, lines(a_line()))
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 1, 0)
    page = (await mine.get(f"/properties/{home['id']}")).json()
    assert (page["title"], page["type"], page["price"]["amount_minor"]) == ("Bright flat", "flat", 8000)
    assert (page["sleeps"], page["description"], page["instant_book"]) == (4, "Quiet.", True)
    assert (page["address"]["line"], page["address"]["city"]) == ("1 Shore", "Edinburgh")
    assert page["slug"] == home["slug"]


async def test_a_published_home_stays_published_when_it_is_imported_again(
    api: Api, mine: Api, imported: Imported, a_person: MakePerson
) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    await imported(mine, lines(a_line()))
    await admin.post("/properties/bulk-status", {"status": "pending_review", "from_status": "draft"})
    await admin.post("/properties/bulk-status", {"status": "published", "from_status": "pending_review"})
    await imported(mine, lines(a_line(price=95)))
    home = (await mine.get("/properties")).json()["items"][0]
    assert (home["status"], home["price"]["amount_minor"]) == ("published", 9500)


async def test_cancelling_puts_the_database_back_as_it_was(
    api: Api, imported: Imported, worked: Worked, a_person: MakePerson, dump: Dump
) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    await imported(admin, lines(a_line(), a_line(id=2)))
    before = await dump()
    run = await imported(admin, lines(a_line(price=90, name="New name"), a_line(id=2), a_line(id=3, host_id=9)))
    assert (run["created"], run["changed"], run["unchanged"]) == (1, 1, 1)
    assert await dump() != before
    assert (await admin.post(f"/imports/{run['id']}/cancel")).json()["status"] == "cancelling"
    end = await worked(run["id"])
    assert (end.status, end.created, end.changed) == ("cancelled", 0, 0)
    assert await dump() == before
    twice = await admin.post(f"/imports/{run['id']}/cancel")
    assert (twice.status_code, twice.json()["code"]) == (409, "invalid_transition")


async def test_cancelling_midway_takes_back_the_part_that_was_done(
    api: Api, worked: Worked, a_person: MakePerson, dump: Dump, database: Database
) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    before = await dump()
    run = await uploaded(admin, lines(*(a_line(id=number, host_id=number) for number in range(1, 1102))))
    await admin.put(f"/imports/{run['id']}/plan", plan_for(run))
    await admin.post(f"/imports/{run['id']}/start")
    await run_now(database, "importing.step", {"run_id": run["id"]})
    await run_now(database, "importing.step", {"run_id": run["id"]})
    assert len((await dump())["property"]) == 1000
    await admin.post(f"/imports/{run['id']}/cancel")
    await worked(run["id"])
    assert await dump() == before


async def test_what_people_built_on_stays_when_an_import_is_taken_back_and_is_told(
    mine: Api, imported: Imported, worked: Worked, landlord: Person, database: Database
) -> None:
    run = await imported(mine, lines(*(a_line(id=number, name=f"Home {number}") for number in (1, 2, 3))))
    homes = {home["title"]: home["id"] for home in (await mine.get("/properties")).json()["items"]}
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO block (id, property_id, note, created_by, created_at) VALUES (:id, :home, '', :me, now())"
            ),
            {"id": UUID(int=1), "home": UUID(homes["Home 1"]), "me": landlord.id},
        )
        await session.execute(text("UPDATE property SET beds = 2 WHERE id = :id"), {"id": UUID(homes["Home 2"])})
    await mine.post(f"/imports/{run['id']}/cancel")
    end = await worked(run["id"])
    assert (end.status, end.created) == ("cancelled", 2)
    assert {home["title"] for home in (await mine.get("/properties")).json()["items"]} == {"Home 1", "Home 2"}
    assert await findings_of(mine, run) == [
        (2, "source_id", "stays: someone asked for its price, booked it or blocked nights in it"),
        (3, "source_id", "stays: it was changed after this import"),
    ]


async def test_a_run_that_never_began_is_cancelled_at_once(mine: Api) -> None:
    run = await uploaded(mine, lines(a_line()))
    assert (await mine.post(f"/imports/{run['id']}/cancel")).json()["status"] == "cancelled"
    reply = await mine.post(f"/imports/{run['id']}/start")
    assert reply.status_code in (409, 422)


async def test_findings_come_in_pages_can_be_filtered_and_downloaded(mine: Api, imported: Imported) -> None:
    run = await imported(
        mine,
        lines(a_line(id=1, price=0), a_line(id=2, name="  Spaced  "), a_line(id=3, name='"=1+1"', price=" \uff1dx")),
    )
    assert await findings_of(mine, run, "refused") == [
        (2, "price", "must be more than 0"),
        (4, "price", "is not an amount"),
    ]
    assert await findings_of(mine, run, "warning") == [(3, "title", "spaces around it were left out")]
    first = (await mine.get(f"/imports/{run['id']}/findings?limit=1")).json()
    second = (await mine.get(f"/imports/{run['id']}/findings?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["line"] for item in first["items"] + second["items"]] == [2, 3, 4]
    assert second["next_cursor"] is None
    file = await mine.get(f"/imports/{run['id']}/findings.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.text.splitlines()[:2] == [
        "line,finding,field,reason,value,lines",
        "2,refused,price,must be more than 0,0,1",
    ]
    assert file.text.splitlines()[-1] == "4,refused,price,is not an amount,' \uff1dx,1"


async def test_ones_runs_are_listed_latest_first(mine: Api) -> None:
    ids = [(await uploaded(mine, lines(a_line()), f"{number}.csv"))["id"] for number in range(3)]
    first = (await mine.get("/imports?limit=2")).json()
    rest = (await mine.get(f"/imports?limit=2&cursor={first['next_cursor']}")).json()
    assert [run["id"] for run in first["items"] + rest["items"]] == ids[::-1]


async def test_a_stranger_finds_no_run_and_a_tenant_may_not_import(api: Api, mine: Api, a_person: MakePerson) -> None:
    run = await uploaded(mine, lines(a_line()))
    others = [api.as_(await a_person(role)) for role in (Role.LANDLORD, Role.ADMIN)]
    calls = [("GET", ""), ("GET", "/findings"), ("GET", "/findings.csv")]
    calls += [("POST", "/check"), ("POST", "/start"), ("POST", "/cancel")]
    for method, path in calls:
        for other in others:
            assert (await other.request(method, f"/imports/{run['id']}{path}")).status_code == 404
        assert (await api.request(method, f"/imports/{run['id']}{path}")).status_code == 401
        tenant = api.as_(await a_person(Role.TENANT))
        assert (await tenant.request(method, f"/imports/{run['id']}{path}")).status_code == 403
    assert (await others[0].put(f"/imports/{run['id']}/plan", plan_for(run))).status_code == 404
    assert (await others[0].get("/imports")).json()["items"] == []


async def test_a_landlord_cannot_reach_another_ones_homes_through_a_file(
    api: Api, mine: Api, imported: Imported, a_person: MakePerson
) -> None:
    await imported(mine, lines(a_line()))
    other = api.as_(await a_person(Role.LANDLORD))
    run = await imported(other, lines(a_line(name="Stolen")))
    assert (run["created"], run["changed"]) == (1, 0)
    assert [home["title"] for home in (await mine.get("/properties")).json()["items"]] == ["Bright flat"]


async def test_homes_of_a_run_are_as_the_rooms_above_see_them(
    mine: Api, imported: Imported, database: Database
) -> None:
    await imported(mine, lines(a_line()))
    id_ = UUID((await mine.get("/properties")).json()["items"][0]["id"])
    async with database.transaction() as session:
        home = await properties.home(session, id_)
    assert (home.zone, home.limits.min_nights, home.terms.price.amount_minor) == ("Europe/London", 3, 8000)
