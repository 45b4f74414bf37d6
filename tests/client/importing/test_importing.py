"""Importing over the real API: the file, the mapping, the dry run, the run, its end and its undo."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import flet as ft
import pytest
from sqlalchemy import text

from client.core.device import PickedFile
from client.features.importing import state
from server.core.database import Database
from server.properties.importing.service import steps
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient, TestDevice
from tests.client.harness import App
from tests.client.waiting import choose, see, until
from tests.conftest import Api, MakePerson, Person
from tests.server.properties.importing import samples
from tests.server.properties.importing.conftest import a_line, lines, plan_for, uploaded

HOMES = lines(a_line(id=1, name="First"), a_line(id=2, name="Second"), a_line(id=3, name="Third", price=0))
SOURCE = "Name of the source (must be filled in)"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is looked at again at the next turn of the loop."""
    monkeypatch.setattr(state, "POLL_SECONDS", 0)


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def mine(api: Api, me: Person) -> Api:
    return api.as_(me)


def picks(monkeypatch: pytest.MonkeyPatch, content: str | bytes | None, name: str = "homes.csv") -> None:
    """What the person chooses in the dialog of their machine (None: nothing)."""
    raw = content.encode() if isinstance(content, str) else content

    async def pick(*_: Any) -> PickedFile | None:
        return None if raw is None else PickedFile(name, raw)

    monkeypatch.setattr(TestDevice, "pick_file", pick)


async def say_what_is_missing(app: App) -> None:
    await app.type(SOURCE, "my-list")
    await app.type("City", "Edinburgh")
    await choose(app, "Country", "GB")
    await choose(app, "Currency", "GBP")


async def begun(mine: Api, act: str | None = None, content: str = HOMES) -> str:
    """A run that was uploaded and planned; `act` begins the check or the import."""
    run = await uploaded(mine, content)
    assert (await mine.put(f"/imports/{run['id']}/plan", plan_for(run))).status_code == 200
    if act is not None:
        assert (await mine.post(f"/imports/{run['id']}/{act}")).status_code == 200
    return str(run["id"])


async def worked(database: Database, run_id: str) -> None:
    await steps.run_to_end(database, UUID(run_id), lambda _: None)


async def titles(database: Database) -> dict[str, str]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT title, status FROM property"))
        return {row.title: row.status for row in found}


def run_in(app: App) -> str:
    """The run that the address names."""
    return (app.page.route or "").rpartition("/")[2]


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_from_the_file_to_homes_that_wait_for_review(
    open_client: OpenClient, me: Person, database: Database, monkeypatch: pytest.MonkeyPatch, width: float
) -> None:
    picks(monkeypatch, HOMES)
    app = await open_client("/landlord/import", me, width=width)
    await see(app, "A new import")
    await app.press("Choose a file")
    await see(app, "What the columns mean")
    await see(app, "Not checked yet")
    assert "Still missing: City, Country and Currency" in app.texts()
    await app.press("Check the file")
    await see(app, "4 fields to correct")
    assert app.focus_on(SOURCE)
    assert app.texts().count("Say it here, or choose the column that says it.") == 3
    await app.press("Currency: Say it here, or choose the column that says it.")
    assert app.focus_on("Currency")
    await say_what_is_missing(app)
    assert not [words for words in app.texts() if "to correct" in words]
    await app.press("Check the file")
    await see(app, "Checking the file")
    await worked(database, run_in(app))
    await see(app, "Nothing is taken in yet")
    assert any("2 homes are new, 1 line is left out." in words for words in app.texts())
    await see(app, "1 line is left out")
    await see(app, "must be more than 0")
    assert "None of this kind." not in app.texts()
    assert await titles(database) == {}
    await app.press("Take in 2 homes")
    await see(app, "Taking the homes in")
    await worked(database, run_in(app))
    await see(app, "All is in")
    assert await titles(database) == {"First": "draft", "Second": "draft"}
    await app.press("Submit all for review")
    await see(app, "2 homes wait for review.")
    assert set((await titles(database)).values()) == {"pending_review"}
    assert "Submit all for review" not in app.names()


async def test_a_feed_says_what_it_was_read_as_and_needs_no_mapping(
    open_client: OpenClient, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    picks(monkeypatch, samples.KYERO, "homes.xml")
    app = await open_client("/landlord/import", me)
    await see(app, "A new import")
    await app.press("Choose a file")
    await see(app, "Read as a Kyero feed. Homes for sale are left out.")
    assert not [words for words in app.texts() if words.startswith("Still missing")]


async def test_a_workbook_says_which_sheet_was_read_and_what_stands_above_its_columns(
    open_client: OpenClient, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (("My homes",), *samples.HOMES)
    picks(monkeypatch, samples.xlsx({"Read me": (), "Homes": rows}), "homes.csv")
    app = await open_client("/landlord/import", me)
    await see(app, "A new import")
    await app.press("Choose a file")
    await see(app, "Read from the sheet “Homes”; other sheets are left out.")
    await see(app, "1 line above the names of the columns is left out.")


async def test_the_picker_offers_every_kind_of_file(
    open_client: OpenClient, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    async def pick(_: TestDevice, __: str, extensions: Sequence[str]) -> None:
        offered.extend(extensions)

    monkeypatch.setattr(TestDevice, "pick_file", pick)
    app = await open_client("/landlord/import", me)
    await see(app, "A new import")
    await app.press("Choose a file")
    await until(app, lambda: bool(offered), "the dialog")
    assert offered == ["csv", "tsv", "txt", "xlsx", "ods", "blm", "xml"]


async def test_choosing_no_file_changes_nothing(
    open_client: OpenClient, me: Person, mine: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    picks(monkeypatch, None)
    app = await open_client("/landlord/import", me)
    await see(app, "A new import")
    await app.press("Choose a file")
    await until(app, lambda: not app.all(ft.ProgressRing), "the end of the wait")
    assert (await mine.get("/imports")).json()["items"] == []
    assert app.page.route == "/landlord/import"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"x" * 20_000_001, "This file is larger than 20 MB."),
        (b"\x00\x01\x02", ""),
    ],
    ids=["empty", "too large", "no text"],
)
async def test_a_file_that_cannot_be_taken_says_why_and_another_can_be_chosen(
    open_client: OpenClient, me: Person, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    picks(monkeypatch, content)
    app = await open_client("/landlord/import", me)
    await see(app, "A new import")
    before = set(app.texts())
    await app.press("Choose a file")
    await until(app, lambda: any(words in told for told in set(app.texts()) - before), "why it was refused")
    picks(monkeypatch, HOMES)
    await app.press("Choose a file")
    await see(app, "What the columns mean")


async def test_the_mapping_can_be_corrected_and_a_changed_plan_is_checked_again(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    run = await begun(mine, "check")
    await worked(database, run)
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "Nothing is taken in yet")
    await choose(app, "price means", "")
    await choose(app, "minimum_nights means", "price")
    await see(app, "Still missing: How it is let")
    assert "Take in 2 homes" not in app.names()
    await choose(app, "How they are let", "nightly")
    await app.press("Check the file")
    await see(app, "Checking the file")
    await worked(database, run)
    await see(app, "Take in 3 homes")


async def test_a_source_that_is_no_name_is_told_beside_its_field(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    run = await uploaded(mine, HOMES)
    app = await open_client(f"/landlord/import/{run['id']}", me)
    await see(app, "What the columns mean")
    await say_what_is_missing(app)
    await app.type(SOURCE, "My List!")
    await app.press("Check the file")
    await see(app, "Use up to 60 small letters, figures, dots and hyphens")
    assert (await mine.get(f"/imports/{run['id']}")).json()["status"] == "uploaded"


async def test_a_check_of_a_plan_with_gaps_says_what_is_missing_beside_each_field_and_leads_there(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    run = await uploaded(mine, HOMES)
    app = await open_client(f"/landlord/import/{run['id']}", me)
    await see(app, "What the columns mean")
    await choose(app, "room_type means", "")
    await app.press("Check the file")
    await see(app, "5 fields to correct")
    assert app.texts().count("Say it here, or choose the column that says it.") == 4
    assert app.focus_on(SOURCE)
    await app.press("Country: Say it here, or choose the column that says it.")
    assert app.focus_on("Country")
    await say_what_is_missing(app)
    await app.press("Check the file")
    await see(app, "Say it here, or choose the column that says it.")
    assert app.focus_on("Property type")
    await choose(app, "room_type means", "type")
    assert [words for words in app.texts() if "choose the column" in words] == []
    await app.press("Check the file")
    await see(app, "Checking the file")


async def test_a_run_on_its_way_shows_how_far_it_is_and_can_be_cancelled(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    run = await begun(mine, "start")
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "Taking the homes in")
    await see(app, "0 of 3 lines")
    await app.press("Cancel this import")
    await see(app, "The homes it made are taken away again")
    await app.press("Cancel the import")
    await see(app, "Undoing this import")
    await worked(database, run)
    await see(app, "This import was cancelled")
    assert await titles(database) == {}


async def test_a_finished_import_can_be_undone(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    run = await begun(mine, "start")
    await worked(database, run)
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "All is in")
    assert len(await titles(database)) == 2
    await app.press("Undo this import")
    await app.press("Undo the import")
    await see(app, "Undoing this import")
    await worked(database, run)
    await see(app, "This import was cancelled")
    assert await titles(database) == {}


async def test_the_findings_can_be_narrowed_to_what_was_left_out(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    run = await begun(mine, "start")
    await worked(database, run)
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "Left out · 1")
    await app.press("Left out · 1")
    await see(app, "Left out")
    row = (await mine.get(f"/imports/{run}/findings?finding=refused")).json()["items"][0]
    assert row["reason"] in app.texts()
    warnings = (await mine.get(f"/imports/{run}")).json()["warnings"]
    await app.press(f"Remarks · {warnings}")
    await until(app, lambda: row["reason"] not in app.texts(), "the remarks alone")


async def test_an_admin_publishes_all_at_once(
    open_client: OpenClient, a_person: MakePerson, api: Api, database: Database
) -> None:
    admin = await a_person(Role.ADMIN)
    run = await begun(api.as_(admin), "start")
    await worked(database, run)
    app = await open_client(f"/admin/import/{run}", admin)
    await see(app, "All is in")
    await app.press("Publish all")
    await see(app, "2 homes are published.")
    assert set((await titles(database)).values()) == {"published"}


async def test_a_strangers_run_is_not_there(open_client: OpenClient, mine: Api, a_person: MakePerson) -> None:
    run = await begun(mine)
    app = await open_client(f"/landlord/import/{run}", await a_person(Role.LANDLORD))
    await see(app, "This import did not load")


async def test_a_line_that_fails_is_said_and_the_run_is_found_again(
    open_client: OpenClient, me: Person, mine: Api, database: Database, line: Line
) -> None:
    run = await begun(mine, "start")
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "Taking the homes in")
    line.cut = True
    await see(app, "The server does not answer just now")
    line.cut = False
    await worked(database, run)
    await see(app, "All is in")


async def test_the_list_of_imports_leads_to_each_of_them(open_client: OpenClient, me: Person, mine: Api) -> None:
    run = await begun(mine)
    app = await open_client("/landlord/import", me)
    await see(app, "Imports until now")
    (name,) = [name for name in app.names() if name.startswith("homes.csv, ")]
    await app.press(name)
    await see(app, "What the columns mean")
    assert run_in(app) == run


async def test_without_the_server_the_list_says_so_and_tries_again(
    open_client: OpenClient, me: Person, mine: Api, line: Line
) -> None:
    await begun(mine)
    app = await open_client("/account", me)
    await see(app, me.name)
    line.cut = True
    app.page.navigate("/landlord/import")
    await see(app, "Your imports did not load")
    line.cut = False
    await app.press("Try again")
    await see(app, "Imports until now")


async def test_what_a_file_lacks_is_counted_and_waits_among_the_begun_homes(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    content = lines(a_line(id=1, latitude="", longitude=""), a_line(id=2, latitude="", longitude=""), a_line(id=3))
    run = await begun(mine, "check", content)
    await worked(database, run)
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "2 homes still lack something")
    await see(app, "2 and 1 more")
    await app.press("Take in 3 homes")
    await see(app, "Taking the homes in")
    await worked(database, run)
    await see(app, "All is in")
    assert len(await titles(database)) == 1
    await app.press("See my homes")
    await see(app, "2 homes begun")


async def test_a_word_for_a_kind_of_home_is_corrected_and_the_next_file_knows_it(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    content = lines(a_line(id=1, room_type="Castle"), a_line(id=2))
    run = await begun(mine, "check", content)
    await worked(database, run)
    app = await open_client(f"/landlord/import/{run}", me)
    await see(app, "Kinds of home in this file")
    await choose(app, "“Castle” is", "house")
    await app.press("Check the file")
    await see(app, "Checking the file")
    await worked(database, run)
    await see(app, "Take in 2 homes")
    assert (await mine.get(f"/imports/{run}")).json()["incomplete"] == 0
    (column,) = [known for known in (await uploaded(mine, content))["columns"] if known["name"] == "room_type"]
    assert column["kinds"] == {"Castle": "house", "Entire home/apt": "flat"}


async def test_amounts_that_contradict_each_other_leave_one_question_for_the_file(
    open_client: OpenClient, me: Person, mine: Api, database: Database
) -> None:
    content = lines(a_line(id=1, price="1.200"), a_line(id=2, price="79.50"), a_line(id=3, price="1.300"))
    run = await uploaded(mine, content)
    app = await open_client(f"/landlord/import/{run['id']}", me)
    await see(app, "What the columns mean")
    assert "What parts decimals" not in app.texts()
    await app.type(SOURCE, "my-list")
    await say_what_is_missing(app)
    await app.press("Check the file")
    await see(app, "1.200 can be read in two ways")
    await choose(app, "What parts decimals", ",")
    await app.press("Check the file")
    await see(app, "Checking the file")
    await worked(database, str(run["id"]))
    await see(app, "Nothing is taken in yet")
    await app.press("Take in 3 homes")
    await see(app, "Taking the homes in")
    await worked(database, str(run["id"]))
    async with database.transaction() as session:
        prices = await session.scalars(text("SELECT price_minor FROM property ORDER BY price_minor"))
        assert list(prices) == [7950, 120_000, 130_000]
