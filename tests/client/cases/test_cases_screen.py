"""The admins' queue over the real API."""

from uuid import UUID

import pytest
from sqlalchemy import text

from server.cases import service as cases
from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from shared_models.cases import CaseKind
from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.waiting import see, tick, until
from tests.conftest import Api, MakePerson, MakeProperty, Person

WAITING = {"status": "pending_review", "published_at": None}


async def statuses(database: Database) -> dict[str, str]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT title, status FROM property"))
        return {row.title: row.status for row in found}


async def key(app: App, letter: str) -> None:
    await app.event(
        app.page, "keyboard_event", {"key": letter, "ctrl": False, "alt": False, "shift": False, "meta": False}
    )


async def reported(database: Database, home: UUID, by: Person, *words: str, note: str | None = None) -> None:
    async with database.transaction() as session:
        opening = cases.Opening(home, by.id, words=words, note=note)
        await cases.open_cases(session, CaseKind.HOME_REPORT, [opening])


async def test_others_than_admins_find_no_such_page(open_client: OpenClient, a_person: MakePerson) -> None:
    app = await open_client("/admin/review", await a_person(Role.LANDLORD))
    await see(app, "There is no such page")


async def test_with_nothing_to_do_it_says_so(open_client: OpenClient, a_person: MakePerson) -> None:
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Nothing waits")


async def test_approving_publishes_and_opens_the_next(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="First", **WAITING)
    await a_property(title="Second", **WAITING)
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "2 cases wait")
    await see(app, "Not said: ")
    await app.press("Approve")
    await see(app, "1 case waits")
    assert await statuses(database) == {"First": "published", "Second": "pending_review"}
    await see(app, "Not said: ")
    await app.press("Approve")
    await see(app, "Nothing waits")


async def test_sending_back_needs_a_reason_from_the_list_or_a_note(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Vague", **WAITING)
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Not said: ")
    await app.press("Send back")
    await app.press("Send it back")
    await see(app, "Choose a reason, or say why in a few words.")
    assert app.focus_on("What has to be put right")
    assert (await statuses(database))["Vague"] == "pending_review"
    await app.press("Place unclear")
    assert "Choose a reason, or say why in a few words." not in app.texts()
    await app.press("Listed twice")
    await app.type("What has to be put right", "The pin is in the park.")
    await app.press("Send it back")
    await see(app, "Nothing waits")
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT status, review_note, review_reasons FROM property"))).one()
    assert tuple(row) == ("rejected", "The pin is in the park.", ["place_unclear", "listed_twice"])


async def test_keys_take_and_decide_but_not_while_a_reason_is_typed(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="First", **WAITING)
    await a_property(title="Second", **WAITING)
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Not said: ")
    await key(app, "R")
    await see(app, "Say why")
    await key(app, "A")
    assert set((await statuses(database)).values()) == {"pending_review"}
    await app.press("Do not send it back")
    await key(app, "J")
    await until(app, lambda: app.texts().count("Second") == 2, "the second case on the right")
    await see(app, "Nobody has this case yet.")
    await key(app, "T")
    await see(app, "You have this case.")
    await key(app, "A")
    await see(app, "1 case waits")
    assert await statuses(database) == {"First": "pending_review", "Second": "published"}


async def test_chosen_ones_are_approved_together_and_all_only_after_a_question(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    for title in ("One", "Two", "Three"):
        await a_property(title=title, **WAITING)
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "3 cases wait")
    await tick(app, "Choose Two")
    await see(app, "1 chosen")
    await app.press("Approve these")
    await see(app, "2 cases wait")
    assert (await statuses(database))["Two"] == "published"
    await app.press("Approve all")
    await see(app, "Approve every new home?")
    assert (await statuses(database))["One"] == "pending_review"
    await app.press("Approve them")
    await see(app, "Nothing waits")
    assert set((await statuses(database)).values()) == {"published"}


async def test_a_change_of_a_home_on_show_is_seen_beside_what_it_was(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api, database: Database
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord, title="Old name", description="As it was.")
    mine = api.as_(landlord)
    read = (await mine.get(f"/properties/{home}")).json()
    facts = {name: read[name] for name in ("description", "type", "let_type", "address", "pin", "rules")}
    facts |= {"title": "New name", "price_minor": 8000, "currency": "GBP", "instant_book": True}
    assert (await mine.put(f"/properties/{home}", facts)).status_code == 200
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "What changes")
    assert "Changed: title" in app.texts()
    assert {"Old name", "New name"} <= set(app.texts())
    assert await statuses(database) == {"Old name": "published"}
    await tick(app, "Choose Old name")
    await app.press("Approve these")
    await see(app, "Nothing waits")
    assert await statuses(database) == {"New name": "published"}


async def test_a_report_is_closed_or_takes_the_home_down(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    ting = await a_person(name="Ting")
    fine, bad = await a_property(title="Fine"), await a_property(title="Bad")
    await reported(database, fine, ting, "not_as_described")
    await reported(database, bad, ting, "unsafe", note="The stove leaks.")
    app = await open_client("/admin/review?show=home_report", await a_person(Role.ADMIN))
    await see(app, "Reported: It is not as described")
    await see(app, "Ting opened it: It is not as described")
    await app.press("Nothing wrong")
    await see(app, "The stove leaks.")
    await app.press("Take it down")
    await app.type("What has to be put right", "Have it looked at.")
    await app.press("Take it down now")
    await see(app, "Nothing waits")
    assert await statuses(database) == {"Fine": "published", "Bad": "rejected"}
    await app.press("Decided")
    await see(app, "Taken down")
    assert "Approve" not in app.names()


async def test_what_a_colleague_has_is_theirs_and_can_be_put_back(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, api: Api
) -> None:
    await a_property(title="Loft", **WAITING)
    ada, ewan = await a_person(Role.ADMIN, name="Ada"), await a_person(Role.ADMIN, name="Ewan")
    app = await open_client("/admin/review", ewan)
    await see(app, "Nobody has this case yet.")
    (case,) = (await api.as_(ada).get("/cases")).json()["items"]
    assert (await api.as_(ada).post(f"/cases/{case['id']}/take")).status_code == 200
    await app.press("Approve")  # what it shows is older: the answer says so, and it looks again
    await see(app, "Ada has this case.")
    assert "Approve" not in app.names()
    await app.press("Put it back in the queue")
    await see(app, "Nobody has this case yet.")
    await app.press("Mine")
    await see(app, "You have no case")


async def test_a_case_that_is_late_says_so(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Loft", **WAITING)
    async with database.transaction() as session:
        await session.execute(text("UPDATE case_file SET due_at = :then"), {"then": clock.now()})
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "1 is overdue.")
    assert "Overdue" in app.texts()


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_title_kind_and_deadline_are_there_at_every_size(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, width: float
) -> None:
    await a_property(title="A title that says what the home is", **WAITING)
    app = await open_client("/admin/review", await a_person(Role.ADMIN), width=width)
    await see(app, "New home")
    assert {"A title that says what the home is", "47 hours left"} <= set(app.texts())
    if width == 390:
        await app.press("Look at A title that says what the home is, New home")
        await see(app, "Checks")
        await app.press("Back to the queue")
        await see(app, "1 case waits")


async def test_without_the_server_the_queue_says_so_and_tries_again(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, line: Line
) -> None:
    await a_property(title="Behind the line", **WAITING)
    me = await a_person(Role.ADMIN)
    app = await open_client("/account", me)
    await see(app, me.name)
    line.cut = True
    app.page.navigate("/admin/review")
    await see(app, "The queue did not load")
    line.cut = False
    await app.press("Try again")
    await see(app, "Behind the line")
