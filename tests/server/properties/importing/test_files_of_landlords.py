"""Files as landlords have them: rows that lack something become drafts, and one answer holds for the whole file."""

from typing import Any

import pytest
from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, Person
from tests.server.properties.importing.conftest import (
    HEADER,
    Imported,
    Worked,
    a_line,
    findings_of,
    lines,
    plan_for,
    uploaded,
)
from tests.server.properties.test_property_endpoints import FACTS

GERMAN = "Objektart;Straße;PLZ;Ort;Kaltmiete;Schlafzimmer;Land"
ROWS = ("Wohnung;Karl-Marx-Str. 12a;12043;Berlin;950 €;2;Deutschland", "Haus;Am Hang 3;89077;Ulm;1.700 €;4;Deutschland")
WAITS = "is empty; the home waits as a draft until it is said"


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD)


@pytest.fixture
async def mine(api: Api, landlord: Person) -> Api:
    return api.as_(landlord)


async def drafts_of(api: Api) -> dict[str, dict[str, str]]:
    """The begun homes by title."""
    items = (await api.get("/properties/drafts?limit=100")).json()["items"]
    return {item["said"]["words"].get("title", ""): item["said"]["words"] | {"id": item["id"]} for item in items}


async def homes_in(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT * FROM property ORDER BY title"))
        return [dict(row._mapping) for row in found]


def without_pin(**cells: Any) -> str:
    return a_line(latitude="", longitude="", **cells)


async def test_a_german_file_without_ids_titles_and_pins_becomes_drafts_that_say_what_is_missing(
    mine: Api, imported: Imported, database: Database
) -> None:
    run = await imported(mine, lines(*ROWS, header=GERMAN), currency="EUR")
    assert (run["status"], run["created"], run["incomplete"], run["refused"]) == ("done", 2, 2, 0)
    assert await homes_in(database) == []
    drafts = await drafts_of(mine)
    flat = drafts["Wohnung, Karl-Marx-Str."]
    assert {**flat, "id": ""} == {
        "id": "",
        "title": "Wohnung, Karl-Marx-Str.",
        "type": "flat",
        "let_type": "monthly",
        "line": "Karl-Marx-Str. 12a",
        "postcode": "12043",
        "city": "Berlin",
        "country": "DE",
        "price": "950.00",
        "currency": "EUR",
        "bedrooms": "2",
    }
    assert drafts["Haus, Am Hang"]["price"] == "1700.00"
    assert (2, "pin", WAITS) in await findings_of(mine, run, "warning")


async def test_a_file_without_ids_finds_its_homes_again_in_any_order(mine: Api, imported: Imported) -> None:
    await imported(mine, lines(*ROWS, header=GERMAN), currency="EUR")
    before = await drafts_of(mine)
    again = await imported(mine, lines(*reversed(ROWS), header=GERMAN), currency="EUR")
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    dearer = ROWS[0].replace("950", "990")
    changed = await imported(mine, lines(dearer, ROWS[1], header=GERMAN), currency="EUR")
    assert (changed["created"], changed["changed"], changed["unchanged"]) == (0, 1, 1)
    after = await drafts_of(mine)
    assert after["Wohnung, Karl-Marx-Str."] == before["Wohnung, Karl-Marx-Str."] | {"price": "990.00"}


async def test_what_a_landlord_added_to_a_draft_stays_when_the_file_comes_again(mine: Api, imported: Imported) -> None:
    await imported(mine, lines(without_pin()))
    draft = (await mine.get("/properties/drafts")).json()["items"][0]
    kept = await mine.get(f"/properties/drafts/{draft['id']}")
    said = kept.json()["said"]
    said["words"] |= {"latitude": "55.95", "longitude": "-3.18", "price": "1"}
    saved = await mine.put(f"/properties/drafts/{draft['id']}", said, headers={"If-Match": kept.headers["ETag"]})
    assert saved.status_code == 200, saved.text
    run = await imported(mine, lines(without_pin(price=90)))
    assert (run["created"], run["changed"], run["incomplete"]) == (0, 1, 1)
    words = (await drafts_of(mine))["Bright flat"]
    assert (words["latitude"], words["price"]) == ("55.95", "90.00")


async def test_a_draft_that_became_a_home_is_that_home_in_the_next_file(
    mine: Api, imported: Imported, database: Database
) -> None:
    first = await imported(mine, lines(without_pin()))
    (draft,) = (await drafts_of(mine)).values()
    kept = await mine.get(f"/properties/drafts/{draft['id']}")
    finished = await mine.post(
        f"/properties/drafts/{draft['id']}/finish", {"facts": FACTS}, headers={"If-Match": kept.headers["ETag"]}
    )
    assert finished.status_code == 200, finished.text
    run = await imported(mine, lines(without_pin(price=99)))
    assert (run["created"], run["changed"], run["incomplete"]) == (0, 1, 0)
    (home,) = await homes_in(database)
    assert (str(home["id"]), home["price_minor"], home["latitude"]) == (draft["id"], 9900, FACTS["pin"]["latitude"])
    assert await drafts_of(mine) == {}
    assert (await mine.post(f"/imports/{first['id']}/cancel")).status_code == 200


async def test_an_undo_takes_drafts_back_but_for_those_that_were_changed_since(
    mine: Api, imported: Imported, worked: Worked
) -> None:
    run = await imported(mine, lines(without_pin(id=1, name="One"), without_pin(id=2, name="Two")))
    draft = (await drafts_of(mine))["Two"]
    kept = await mine.get(f"/properties/drafts/{draft['id']}")
    said = kept.json()["said"]
    said["words"]["bedrooms"] = "3"
    await mine.put(f"/properties/drafts/{draft['id']}", said, headers={"If-Match": kept.headers["ETag"]})
    await mine.post(f"/imports/{run['id']}/cancel")
    end = await worked(run["id"])
    assert (end.status, end.created, end.incomplete) == ("cancelled", 1, 1)
    assert set(await drafts_of(mine)) == {"Two"}
    assert (3, "source_id", "stays: it was changed after this import") in await findings_of(mine, run, "warning")


async def test_an_undo_gives_a_changed_draft_its_words_back(mine: Api, imported: Imported, worked: Worked) -> None:
    await imported(mine, lines(without_pin(price=80)))
    second = await imported(mine, lines(without_pin(price=95)))
    await mine.post(f"/imports/{second['id']}/cancel")
    await worked(second["id"])
    assert (await drafts_of(mine))["Bright flat"]["price"] == "80.00"


async def test_a_home_without_a_pin_is_neither_published_nor_found(
    api: Api, mine: Api, imported: Imported, a_person: MakePerson
) -> None:
    run = await imported(mine, lines(without_pin(name="Unplaced")))
    (draft,) = (await drafts_of(mine)).values()
    moved = await mine.post(
        "/properties/bulk-status", {"status": "pending_review", "from_status": "draft", "import_id": run["id"]}
    )
    assert (moved.status_code, moved.json()["moved"]) == (200, 0)
    admin = api.as_(await a_person(Role.ADMIN))
    assert (await admin.post(f"/properties/{draft['id']}/status", {"status": "published"})).status_code == 404
    assert (await api.get(f"/properties/{draft['id']}")).status_code == 404


async def test_an_admins_file_has_to_say_all_a_home_needs(api: Api, imported: Imported, a_person: MakePerson) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    run = await imported(admin, lines(without_pin(), a_line(id=2, room_type="castle"), a_line(id=3)))
    assert (run["created"], run["refused"], run["incomplete"]) == (1, 2, 0)
    assert await findings_of(admin, run, "refused") == [
        (2, "pin", "is empty"),
        (3, "type", "is not a kind of home we know"),
    ]


async def test_a_dry_run_counts_drafts_and_writes_none(mine: Api, worked: Worked) -> None:
    run = await uploaded(mine, lines(without_pin(), a_line(id=2)))
    await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    await mine.post(f"/imports/{run['id']}/check")
    checked = await worked(run["id"])
    assert (checked.status, checked.created, checked.incomplete) == ("checked", 2, 1)
    assert await drafts_of(mine) == {}


@pytest.mark.parametrize(
    ("heading", "cell", "minor", "let_type"),
    [
        ("monthly_rent", "950", 95_000, "monthly"),
        ("rent", "£1,700", 170_000, "monthly"),
        ("pcm", "950", 95_000, "monthly"),
        ("Kaltmiete", "Miete zzgl. NK £560", 56_000, "monthly"),
        ("price", "£950 pcm", 95_000, "monthly"),
        ("rent pw", "£300", 130_000, "monthly"),
        ("price", "80", 8000, "nightly"),
    ],
)
async def test_a_rent_is_let_by_the_month_whatever_the_file_is_said_to_be(
    mine: Api, imported: Imported, database: Database, heading: str, cell: str, minor: int, let_type: str
) -> None:
    header = f"id;name;neighbourhood;latitude;longitude;type;{heading}"
    row = f"1;Bright flat;Leith;55.95689;-3.18768;flat;{cell}"
    run = await imported(mine, lines(row, header=header), let_type="nightly")
    assert run["created"] == 1
    (home,) = await homes_in(database)
    assert (home["price_minor"], home["let_type"]) == (minor, let_type)


async def test_how_a_price_is_let_is_asked_once_where_nothing_in_the_file_says_it(mine: Api) -> None:
    header = "id;name;latitude;longitude;type;price"
    run = await uploaded(mine, lines("1;Flat;55.95;-3.18;flat;950", header=header))
    reply = await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    assert [error["field"] for error in reply.json()["errors"]] == ["file_wide.let_type"]


async def test_amounts_that_contradict_each_other_are_asked_about_once(
    mine: Api, imported: Imported, database: Database
) -> None:
    content = lines(a_line(id=1, price="1.200"), a_line(id=2, price="79.50"))
    run = await uploaded(mine, content)
    reply = await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (
        422,
        ["file_wide.decimal_mark"],
    )
    done = await imported(mine, content, decimal_mark=",")
    assert (done["created"], done["refused"]) == (2, 0)
    assert [home["price_minor"] for home in await homes_in(database)] == [120_000, 7950]


async def test_a_price_on_request_waits_as_a_draft(mine: Api, imported: Imported) -> None:
    run = await imported(mine, lines(a_line(price="POA")))
    assert (run["created"], run["incomplete"]) == (1, 1)
    reason = "is on request; the home waits as a draft until it is said"
    assert await findings_of(mine, run) == [(2, "price", reason)]


async def test_an_unknown_kind_takes_that_for_the_whole_file_with_a_remark(
    mine: Api, imported: Imported, database: Database
) -> None:
    run = await imported(mine, lines(a_line(room_type="castle")), type="house")
    assert (run["created"], run["incomplete"]) == (1, 0)
    assert (await homes_in(database))[0]["type"] == "house"
    reason = "is not a kind of home we know; that for the whole file was taken"
    assert await findings_of(mine, run) == [(2, "type", reason)]


async def test_a_kind_nobody_knows_is_left_for_the_landlord_to_say(mine: Api, imported: Imported) -> None:
    run = await imported(mine, lines(a_line(room_type="castle")))
    assert (run["created"], run["incomplete"]) == (1, 1)
    assert (await drafts_of(mine))["Bright flat"]["type"] == ""
    reason = "is not a kind of home we know; the home waits as a draft until it is said"
    assert await findings_of(mine, run) == [(2, "type", reason)]


async def test_a_kind_that_was_corrected_is_known_in_the_next_file(
    mine: Api, worked: Worked, imported: Imported, database: Database
) -> None:
    run = await uploaded(mine, lines(a_line(room_type="Castle"), a_line(id=2, room_type="Loft")))
    plan = plan_for(run) | {"kinds": {"Castle": "house", "Loft": "studio"}}
    assert (await mine.put(f"/imports/{run['id']}/plan", plan)).status_code == 200
    next_run = await imported(mine, lines(a_line(id=3, room_type="Castle"), a_line(id=4, room_type="Loft")))
    assert (next_run["created"], next_run["incomplete"]) == (2, 0)
    assert {home["type"] for home in await homes_in(database)} == {"house", "studio"}


def proposed(run: dict[str, Any]) -> dict[str, str | None]:
    return {column["name"]: column["guess"] for column in run["columns"]}


async def matched(mine: Api, content: str, **meant: str | None) -> dict[str, Any]:
    """Upload a file and correct what its columns mean; None leaves one out."""
    run = await uploaded(mine, content)
    plan = plan_for(run)
    plan["columns"] = {name: field for name, field in (plan["columns"] | meant).items() if field is not None}
    assert (await mine.put(f"/imports/{run['id']}/plan", plan)).status_code == 200
    return run


async def test_columns_that_were_matched_otherwise_are_proposed_so_for_the_next_file_with_the_same(mine: Api) -> None:
    first = await matched(mine, lines(a_line()), neighbourhood="address_line", host_id=None)
    assert proposed(first)["host_id"] == "host_id"
    names = HEADER.split(",")
    again = await uploaded(mine, lines("a,b,c,d,e,f,g,h,i", header=",".join(reversed(names))))
    meant = proposed(first) | {"neighbourhood": "address_line", "host_id": None}
    assert proposed(again) == meant
    # What was last said counts, also of a file that came to nothing.
    second = await matched(mine, lines(a_line()), neighbourhood="description")
    assert (await mine.post(f"/imports/{second['id']}/cancel")).status_code == 200
    await uploaded(mine, lines(a_line()))  # this one was never matched
    assert proposed(await uploaded(mine, lines(a_line()))) == meant | {"neighbourhood": "description"}


async def test_columns_are_not_proposed_by_files_with_others_nor_by_those_of_others(
    api: Api, mine: Api, a_person: MakePerson
) -> None:
    first = await matched(mine, lines(a_line()), neighbourhood="address_line")
    header, row = f"{HEADER},more", f"{a_line()},x"
    assert proposed(await uploaded(mine, lines(row, header=header)))["neighbourhood"] == "neighbourhood"
    stranger = api.as_(await a_person(Role.LANDLORD))
    assert proposed(await uploaded(stranger, lines(a_line()))) == proposed(first)


async def test_an_admins_files_are_proposed_by_the_names_of_their_columns(api: Api, a_person: MakePerson) -> None:
    admin = api.as_(await a_person(Role.ADMIN))
    first = await matched(admin, lines(a_line()), neighbourhood="address_line")
    assert proposed(await uploaded(admin, lines(a_line()))) == proposed(first)


async def test_a_remark_that_repeats_is_told_once_for_the_file_with_its_number_of_lines(
    mine: Api, imported: Imported
) -> None:
    rows = [a_line(id=number, name=f" Flat {number}") for number in range(1, 602)]
    run = await imported(mine, lines(*rows, a_line(id=700, name="Clean")))
    assert (run["created"], run["warnings"]) == (602, 1)
    (found,) = (await mine.get(f"/imports/{run['id']}/findings")).json()["items"]
    assert (found["line"], found["lines"], found["reason"]) == (2, 601, "spaces around it were left out")


async def test_a_refused_line_does_not_stand_in_the_way_of_a_good_one_with_its_id(
    mine: Api, imported: Imported, database: Database
) -> None:
    rows = [a_line(price=0), *[a_line(id=number) for number in range(2, 600)], a_line(price=81), a_line(price=82)]
    run = await imported(mine, lines(*rows))
    assert (run["created"], run["refused"]) == (599, 2)
    refused = await findings_of(mine, run, "refused")
    assert refused == [(2, "price", "must be more than 0"), (602, "source_id", "stands in line 601 already")]


async def test_a_home_that_could_not_be_submitted_is_told_before_it_is_taken(mine: Api, worked: Worked) -> None:
    run = await uploaded(mine, lines(a_line(neighbourhood="")))
    await mine.put(f"/imports/{run['id']}/plan", plan_for(run))
    await mine.post(f"/imports/{run['id']}/check")
    assert (await worked(run["id"])).warnings == 1
    ((line, field, reason),) = await findings_of(mine, run)
    assert (line, field) == (2, "neighbourhood")
    assert reason == "give the street or the neighbourhood; without it the home cannot be submitted"


async def test_a_file_of_ids_and_prices_changes_only_prices(mine: Api, imported: Imported, database: Database) -> None:
    await imported(mine, lines(a_line()))
    (before,) = await homes_in(database)
    run = await imported(mine, lines("1;95;3", header="id;price;minimum_nights"), type="flat")
    assert (run["changed"], run["created"], run["incomplete"], run["refused"]) == (1, 0, 0, 0)
    (after,) = await homes_in(database)
    assert after == before | {"price_minor": 9500, "updated_at": after["updated_at"]}


async def test_amenities_come_from_a_list_and_from_columns(mine: Api, imported: Imported, database: Database) -> None:
    header = "id;name;neighbourhood;latitude;longitude;type;rent;amenities;Balkon;garden"
    row = '1;Flat;Leith;55.95;-3.18;flat;950;"[""Wifi"", ""Bread maker""]";ja;no'
    run = await imported(mine, lines(row, header=header))
    assert run["created"] == 1
    assert sorted((await homes_in(database))[0]["amenities"]) == ["balcony", "wifi"]
    assert await findings_of(mine, run) == [(2, "amenities", "names more than we know a home may have")]


async def test_a_plan_may_not_take_a_column_for_an_amenity_we_do_not_know(mine: Api) -> None:
    run = await uploaded(mine, lines(a_line()))
    plan = plan_for(run)
    plan["columns"]["host_id"] = "amenity"
    reply = await mine.put(f"/imports/{run['id']}/plan", plan)
    assert [error["field"] for error in reply.json()["errors"]] == ["columns.host_id"]
