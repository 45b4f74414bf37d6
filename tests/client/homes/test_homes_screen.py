"""The landlord's homes over the real API."""

from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp
from tests.client.waiting import choose_item, gone, see, tick, undo, until
from tests.conftest import MakePerson, MakeProperty


async def status_of(database: Database, title: str) -> str:
    async with database.transaction() as session:
        found = await session.scalar(text("SELECT status FROM property WHERE title = :title"), {"title": title})
    return str(found)


async def test_a_landlord_without_homes_is_shown_how_to_begin(open_app: OpenApp, a_person: MakePerson) -> None:
    app = await open_app("/landlord/homes", await a_person(Role.LANDLORD))
    await see(app, "No homes yet")
    assert {"Add a home", "Import a file"} <= set(app.names())


async def test_a_tenant_is_told_that_the_page_is_for_landlords(open_app: OpenApp, a_person: MakePerson) -> None:
    app = await open_app("/landlord/homes", await a_person(Role.TENANT))
    await see(app, "This page is for landlords")
    assert not any("published" in words for words in app.texts())


async def test_a_visitor_is_asked_to_sign_in(open_app: OpenApp) -> None:
    app = await open_app("/landlord/homes")
    await see(app, "Sign in")


async def test_only_my_own_homes_are_listed_with_their_counts(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Mine one")
    await a_property(me, title="Mine two", status="draft", published_at=None)
    await a_property(title="A stranger's")
    app = await open_app("/landlord/homes", me)
    await see(app, "Mine one")
    assert "2 homes, 1 published." in app.texts()
    assert {"All · 2", "Draft · 1", "Published · 1"} <= set(app.texts())
    assert "A stranger's" not in app.texts()


async def test_the_address_filters_by_state_and_text(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Shown")
    await a_property(me, title="Kept back", status="draft", published_at=None)
    app = await open_app("/landlord/homes?status=draft", me)
    await see(app, "Kept back")
    assert "Shown" not in app.texts()
    await app.press("All homes")
    await see(app, "Shown")
    assert "status" not in (app.page.route or "")
    again = await open_app("/landlord/homes?text=nowhere+at+all", me)
    await see(again, "No home matches")


async def test_pausing_a_home_can_be_undone(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Pausable")
    app = await open_app("/landlord/homes", me)
    await see(app, "Pausable")
    await choose_item(app, "More for Pausable", "Pause")
    await see(app, "Paused")
    assert await status_of(database, "Pausable") == "paused"
    await undo(app)
    await gone(app, "Paused")
    assert await status_of(database, "Pausable") == "published"


async def test_archiving_asks_first_and_no_leaves_all_as_it_is(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Going")
    app = await open_app("/landlord/homes", me)
    await see(app, "Going")
    await choose_item(app, "More for Going", "Archive")
    await see(app, "Archive Going?")
    await app.press("Leave it as it is")
    await gone(app, "Archive Going?")
    assert await status_of(database, "Going") == "published"
    await choose_item(app, "More for Going", "Archive")
    await app.press("Archive")
    await see(app, "Archived")
    assert await status_of(database, "Going") == "archived"


async def test_many_are_submitted_at_once_and_those_that_stay_are_named(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Ready", status="draft", published_at=None)
    await a_property(me, title="Nowhere", status="draft", published_at=None, neighbourhood=None)
    app = await open_app("/landlord/homes", me)
    await see(app, "Ready")
    await tick(app, "Choose all homes shown")
    await see(app, "2 homes chosen")
    await app.press("Submit for review")
    await see(app, "1 home stayed as it was")
    assert any(words.startswith("Nowhere: ") for words in app.texts())
    assert await status_of(database, "Ready") == "pending_review"
    assert await status_of(database, "Nowhere") == "draft"
    await undo(app)
    await until(app, lambda: "Draft · 2" in app.texts(), "the undone drafts")
    assert await status_of(database, "Ready") == "draft"


async def test_without_the_server_the_page_says_so_and_tries_again(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty, line: Line
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Behind the line")
    app = await open_app("/account", me)
    await see(app, me.name)
    line.cut = True
    app.page.navigate("/landlord/homes")
    await see(app, "Your homes did not load")
    line.cut = False
    await app.press("Try again")
    await see(app, "Behind the line")
