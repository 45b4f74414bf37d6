"""The landlord's homes over the real API."""

from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.waiting import choose_item, dismiss, gone, see, tick, undo, until
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote

__all__ = ["a_booking", "a_hold", "a_quote"]


async def status_of(database: Database, title: str) -> str:
    async with database.transaction() as session:
        found = await session.scalar(text("SELECT status FROM property WHERE title = :title"), {"title": title})
    return str(found)


async def test_a_landlord_without_homes_is_shown_how_to_begin(open_client: OpenClient, a_person: MakePerson) -> None:
    app = await open_client("/landlord/homes", await a_person(Role.LANDLORD))
    await see(app, "No homes yet")
    assert {"Add a home", "Import a file"} <= set(app.names())


async def test_a_tenant_is_told_that_the_page_is_for_landlords(open_client: OpenClient, a_person: MakePerson) -> None:
    app = await open_client("/landlord/homes", await a_person(Role.TENANT))
    await see(app, "This page is for landlords")
    assert not any("published" in words for words in app.texts())


async def test_a_visitor_is_asked_to_sign_in(open_client: OpenClient) -> None:
    app = await open_client("/landlord/homes")
    await see(app, "Sign in")


async def test_only_my_own_homes_are_listed_with_their_counts(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Mine one")
    await a_property(me, title="Mine two", status="draft", published_at=None)
    await a_property(title="A stranger's")
    app = await open_client("/landlord/homes", me)
    await see(app, "Mine one")
    assert "2 homes, 1 published." in app.texts()
    assert {"All · 2", "Draft · 1", "Published · 1"} <= set(app.texts())
    assert "A stranger's" not in app.texts()


async def test_the_address_filters_by_state_and_text(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Shown")
    await a_property(me, title="Kept back", status="draft", published_at=None)
    app = await open_client("/landlord/homes?status=draft", me)
    await see(app, "Kept back")
    assert "Shown" not in app.texts()
    await app.press("All homes")
    await see(app, "Shown")
    assert "status" not in (app.page.route or "")
    again = await open_client("/landlord/homes?text=nowhere+at+all", me)
    await see(again, "No home matches")


async def test_pausing_a_home_can_be_undone(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Pausable")
    app = await open_client("/landlord/homes", me)
    await see(app, "Pausable")
    await choose_item(app, "More for Pausable", "Pause")
    await see(app, "Paused")
    await see(app, "Pausable is paused.")
    assert await status_of(database, "Pausable") == "paused"
    await undo(app)
    await gone(app, "Paused")
    await see(app, "Published · 1")
    assert await status_of(database, "Pausable") == "published"


async def test_pausing_a_home_with_stays_to_come_tells_how_many_remain(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking, database: Database
) -> None:
    me, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(me, title="Busy")
    await a_booking(tenant, home, check_in=10, check_out=13)
    await a_booking(tenant, home, check_in=20, check_out=23)
    app = await open_client("/landlord/homes", me)
    await see(app, "Busy")
    await choose_item(app, "More for Busy", "Pause")
    await see(app, "2 stays that are not over remain.")
    assert await status_of(database, "Busy") == "paused"


async def test_archiving_asks_first_and_no_leaves_all_as_it_is(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Going")
    app = await open_client("/landlord/homes", me)
    await see(app, "Going")
    await choose_item(app, "More for Going", "Archive")
    await see(app, "Archive Going?")
    await app.press("Leave it as it is")
    await gone(app, "Archive Going?")
    assert await status_of(database, "Going") == "published"
    await choose_item(app, "More for Going", "Archive")
    await app.press("Archive")
    await see(app, "Archived")
    await see(app, "Going is archived.")
    assert await status_of(database, "Going") == "archived"


async def test_many_are_submitted_at_once_and_those_that_stay_are_named(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Ready", status="draft", published_at=None)
    await a_property(me, title="Nowhere", status="draft", published_at=None, neighbourhood=None)
    app = await open_client("/landlord/homes", me)
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
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, line: Line
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Behind the line")
    app = await open_client("/account", me)
    await see(app, me.name)
    line.cut = True
    app.page.navigate("/landlord/homes")
    await see(app, "Your homes did not load")
    line.cut = False
    await app.press("Try again")
    await see(app, "Behind the line")


async def test_many_homes_change_their_price_at_once_and_the_undo_gives_it_back(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="One", price_minor=8000)
    await a_property(me, title="Two", price_minor=10000)
    await a_property(me, title="Short", price_minor=5000, max_nights=2)
    app = await open_client("/landlord/homes", me)
    await see(app, "One")
    await tick(app, "Choose all homes shown")
    await app.press("Change price and stay")
    await see(app, "10 makes it dearer")
    await app.press("Change 3 homes")
    await see(app, "Fill in what is to change.")
    assert app.focus_on("Price, in percent")
    await app.type("Price, in percent", "+a")
    await app.type("Minimum stay", "0")
    await app.event(app.field("Minimum stay"), "submit")
    await see(app, "2 fields to correct")
    assert {
        "Write whole percents between −90 and 500 other than 0, such as 10 or −5.",
        "Write a whole number of nights between 1 and 3650, such as 2.",
    } <= set(app.texts())
    assert app.focus_on("Price, in percent")
    await app.press("Minimum stay: Write a whole number of nights between 1 and 3650, such as 2.")
    assert app.focus_on("Minimum stay")
    await app.type("Price, in percent", "+10")
    await gone(app, "Write whole percents")
    await dismiss(app)
    await gone(app, "10 makes it dearer")
    await app.press("Change price and stay")  # what was typed is still there
    await see(app, "Short: £50.00 becomes £55.00.")
    await app.type("Minimum stay", "3")
    await app.event(app.field("Minimum stay"), "submit")
    await see(app, "2 homes are changed.")
    await see(app, "Short: Its longest stay is 2 nights.")
    assert await prices(database) == {"One": 8800, "Two": 11000, "Short": 5000}
    await see(app, "£88.00 a night")
    await undo(app)
    await see(app, "£80.00 a night")
    assert await prices(database) == {"One": 8000, "Two": 10000, "Short": 5000}


async def prices(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT title, price_minor FROM property"))
        return {row.title: row.price_minor for row in found}


async def test_a_home_can_be_copied(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="First")
    app = await open_client("/landlord/homes", me)
    await see(app, "First")
    await choose_item(app, "More for First", "Duplicate")
    await see(app, "First (copy)")
    assert await status_of(database, "First (copy)") == "draft"


async def test_a_home_with_open_stays_is_not_archived_and_they_are_named(
    open_client: OpenClient,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    database: Database,
) -> None:
    me = await a_person(Role.LANDLORD)
    booked = await a_booking(await a_person(), await a_property(me, title="Busy"))
    app = await open_client("/landlord/homes", me)
    await see(app, "Busy")
    await choose_item(app, "More for Busy", "Archive")
    await app.press("Archive")
    await see(app, "These stays are not over yet:")
    assert booked["reference"] in app.texts()
    assert await status_of(database, "Busy") == "published"
    await app.press("See the stays")
    await until(app, lambda: app.page.route == "/landlord/stays", "the stays")


async def test_all_begun_homes_can_be_shown(open_client: OpenClient, a_person: MakePerson, api: Api) -> None:
    landlord = await a_person(Role.LANDLORD)
    for number in range(5):
        words = {"words": {"title": f"Begun {number}"}}
        assert (await api.as_(landlord).post("/properties/drafts", words)).status_code == 201
    app = await open_client("/landlord/homes", landlord)
    await see(app, "5 homes begun")
    assert "Begun 0" not in app.texts()
    await app.press("Show 2 more")
    await see(app, "Begun 0")
    assert "Show 2 more" not in app.names()


async def test_a_begun_home_is_thrown_away_only_after_a_question(
    open_client: OpenClient, a_person: MakePerson, api: Api
) -> None:
    me = await a_person(Role.LANDLORD)
    mine = api.as_(me)
    await mine.post("/properties/drafts", {"words": {"title": "Half"}})
    app = await open_client("/landlord/homes", me)
    await see(app, "1 home begun")
    await app.press("Throw Half away")
    await see(app, "All you have typed of this home is gone then.")
    await app.press("Leave it as it is")
    assert len((await mine.get("/properties/drafts")).json()["items"]) == 1
    await app.press("Throw Half away")
    await app.press("Throw it away")
    await gone(app, "1 home begun")
    assert (await mine.get("/properties/drafts")).json()["items"] == []


async def test_the_name_of_a_column_orders_the_table_and_says_so(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty
) -> None:
    me = await a_person(Role.LANDLORD)
    for title, price in (("Beta", 5000), ("Alpha", 9000)):
        await a_property(me, title=title, price_minor=price)
    app = await open_client("/landlord/homes", me)
    await see(app, "Alpha")

    def shown() -> list[str]:
        return [words for words in app.texts() if words in ("Alpha", "Beta")]

    for column, name, order in (
        ("Home", "Home, sorted, A to Z", ["Alpha", "Beta"]),
        ("Home, sorted, A to Z", "Home, sorted, Z to A", ["Beta", "Alpha"]),
        ("Price", "Price, sorted, lowest first", ["Beta", "Alpha"]),
        ("Changed", "Changed, sorted, last changed first", ["Alpha", "Beta"]),
    ):
        await app.press(column)
        await until(app, lambda name=name, order=order: name in app.names() and shown() == order)  # type: ignore[misc]
    assert "order" not in (app.page.route or "")


async def test_a_home_is_shown_as_paused_at_once_and_as_it_was_when_the_server_cannot_be_told(
    open_client: OpenClient, a_person: MakePerson, a_property: MakeProperty, line: Line, database: Database
) -> None:
    me = await a_person(Role.LANDLORD)
    await a_property(me, title="Attic")
    app = await open_client("/landlord/homes", me)
    await see(app, "Attic")
    line.flowing.clear()
    await choose_item(app, "More for Attic", "Pause")
    await see(app, "Paused")
    assert await status_of(database, "Attic") == "published"
    line.cut = True
    line.flowing.set()
    await see(app, "Attic stayed as it was.")
    assert "Paused" not in app.texts()
    assert "Published" in app.texts()
