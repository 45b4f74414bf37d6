"""The review queue over the real API."""

from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import OpenApp
from tests.client.harness import App
from tests.client.waiting import see, tick, until
from tests.conftest import MakePerson, MakeProperty

WAITING = {"status": "pending_review", "published_at": None}


async def statuses(database: Database) -> dict[str, str]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT title, status FROM property"))
        return {row.title: row.status for row in found}


async def key(app: App, letter: str) -> None:
    await app.event(
        app.page, "keyboard_event", {"key": letter, "ctrl": False, "alt": False, "shift": False, "meta": False}
    )


async def test_others_than_admins_find_no_such_page(open_app: OpenApp, a_person: MakePerson) -> None:
    app = await open_app("/admin/review", await a_person(Role.LANDLORD))
    await see(app, "There is no such page")


async def test_with_nothing_to_do_it_says_so(open_app: OpenApp, a_person: MakePerson) -> None:
    app = await open_app("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Nothing waits")


async def test_approving_publishes_and_opens_the_next(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="First", **WAITING)
    await a_property(title="Second", **WAITING)
    app = await open_app("/admin/review", await a_person(Role.ADMIN))
    await see(app, "2 listings wait")
    await see(app, "Not said: ")
    await app.press("Approve")
    await see(app, "1 listing waits")
    assert await statuses(database) == {"First": "published", "Second": "pending_review"}
    await see(app, "Not said: ")
    await app.press("Approve")
    await see(app, "Nothing waits")


async def test_sending_back_needs_a_reason_which_can_be_a_ready_one(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Vague", **WAITING)
    app = await open_app("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Not said: ")
    await app.press("Send back")
    assert getattr(app.button("Send it back"), "disabled", False)
    await app.press("Place unclear")
    await app.press("Send it back")
    await see(app, "Nothing waits")
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT status, review_note FROM property"))).one()
    assert row.status == "rejected"
    assert row.review_note.startswith("We cannot find the place.")


async def test_keys_decide_but_not_while_a_reason_is_typed(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="First", **WAITING)
    await a_property(title="Second", **WAITING)
    app = await open_app("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Not said: ")
    await key(app, "R")
    await see(app, "Say why")
    await key(app, "A")
    assert set((await statuses(database)).values()) == {"pending_review"}
    await app.press("Do not send it back")
    await key(app, "J")
    await until(app, lambda: app.texts().count("Second") == 2, "the second listing on the right")
    await see(app, "Not said: ")
    await key(app, "A")
    await see(app, "1 listing waits")
    assert await statuses(database) == {"First": "pending_review", "Second": "published"}


async def test_chosen_ones_are_approved_together_and_all_only_after_a_question(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    for title in ("One", "Two", "Three"):
        await a_property(title=title, **WAITING)
    app = await open_app("/admin/review", await a_person(Role.ADMIN))
    await see(app, "3 listings wait")
    await tick(app, "Choose Two")
    await see(app, "1 chosen")
    await app.event(next(b for n, b in app._pressables() if n == "Approve"), "click")
    await see(app, "2 listings wait")
    assert (await statuses(database))["Two"] == "published"
    await app.press("Approve all 2")
    await see(app, "Approve all 2 homes?")
    assert (await statuses(database))["One"] == "pending_review"
    await app.press("Approve all")
    await see(app, "Nothing waits")
    assert set((await statuses(database)).values()) == {"published"}
