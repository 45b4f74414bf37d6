"""The editor over the real API: steps, drafts that are never lost, two devices, and what saving does."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.waiting import PATIENCE_SECONDS, gone, see, undo, until
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.properties.test_property_endpoints import FACTS

TITLE = "Title (must be filled in)"
MUST = {
    "what": {
        TITLE: "Loft",
        "Neighbourhood": "Leith",
        "City (must be filled in)": "Edinburgh",
        "Latitude (must be filled in)": "55.97",
        "Longitude (must be filled in)": "-3.17",
    },
    "price": {"Price a night (must be filled in)": "94"},
}


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@pytest.fixture
async def mine(api: Api, me: Person) -> Api:
    return api.as_(me)


async def drafts(mine: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await mine.get("/properties/drafts")).json()["items"]
    return found


async def fill(app: App, step: str) -> None:
    for label, value in MUST[step].items():
        await app.type(label, value)
    await see(app, "Draft kept")


async def kept_as(app: App, mine: Api, **words: str) -> None:
    """Wait until the only draft has these words."""
    found: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (found and words.items() <= found[0]["said"]["words"].items()):
                await app.settle()
                found = await drafts(mine)
    except TimeoutError:
        raise AssertionError(f"no draft with {words} in {found}") from None


async def next_step(app: App, step: str) -> None:
    await until(app, lambda: f"Next: {step}" in app.names(), f"the way to {step}")
    await app.press(f"Next: {step}")


async def test_a_word_is_kept_though_a_render_on_its_way_put_the_field_back(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    app = await open_client("/landlord/homes/new", me)
    await see(app, "What it is and where")
    await app.event(app.field(TITLE), "change", "Loft")  # the control still holds what stood there before
    await kept_as(app, mine, title="Loft")


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_a_home_is_made_step_by_step_and_sent(
    open_client: OpenClient, me: Person, mine: Api, width: float
) -> None:
    app = await open_client("/landlord/homes/new", me, width=width)
    await see(app, "What it is and where")
    await fill(app, "what")
    for step in ("rooms", "what it has", "rules and times", "prices"):
        await next_step(app, step)
        if step == "rooms":
            await see(app, "Rooms and beds")
            await app.type("Sleeps", "4")
    await see(app, "Set the prices")
    await fill(app, "price")
    await next_step(app, "limits")
    await see(app, "How long a stay")
    await next_step(app, "look and send")
    await see(app, "When you send it")
    await app.press("Send for review")
    await see(app, "Loft waits for review.")
    (home,) = (await mine.get("/properties")).json()["items"]
    assert (home["title"], home["status"], await drafts(mine)) == ("Loft", "pending_review", [])
    assert (await mine.get(f"/properties/{home['id']}")).json()["sleeps"] == 4


async def test_half_a_home_is_kept_word_for_word_and_found_again(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    app = await open_client("/landlord/homes/new", me)
    await see(app, "What it is and where")
    assert await drafts(mine) == []  # opening the page begins nothing
    await app.type(TITLE, "Half a loft")
    await app.type("Latitude (must be filled in)", "somewhere")
    await see(app, "Draft kept")
    await kept_as(app, mine, title="Half a loft", latitude="somewhere")
    again = await open_client("/landlord/homes", me)
    await see(again, "1 home begun")
    await again.press("Go on with Half a loft")
    await see(again, "What it is and where")
    assert (again.field(TITLE).value, again.field("Latitude (must be filled in)").value) == ("Half a loft", "somewhere")


async def test_what_is_missing_is_named_on_the_last_step_with_the_way_there(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    app = await open_client("/landlord/homes/new?step=look", me)
    await see(app, "5 things are missing or wrong")
    await app.press("Send for review")
    await see(app, "5 fields to correct")
    assert await drafts(mine) == []
    await app.press("Fill in price")
    await see(app, "Say what it costs, such as 94.")
    price = app.field("Price a night (must be filled in)")
    await until(app, lambda: [call.control_id for call in app.calls("focus")] == [price._i], "the focus on the price")


async def test_without_a_line_what_is_typed_stays_and_is_kept_once_it_is_back(
    open_client: OpenClient, me: Person, mine: Api, line: Line
) -> None:
    app = await open_client("/landlord/homes/new", me)
    await see(app, "What it is and where")
    line.cut = True
    await app.type(TITLE, "Typed in a tunnel")
    await see(app, "Not kept yet.")
    assert app.field(TITLE).value == "Typed in a tunnel"
    line.cut = False
    await see(app, "Draft kept")
    assert (await drafts(mine))[0]["said"]["words"]["title"] == "Typed in a tunnel"


async def test_a_new_home_has_an_address_of_its_own_from_its_second_step(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    app = await open_client("/landlord/homes/new", me)
    await see(app, "What it is and where")
    await app.type(TITLE, "Loft")
    await see(app, "Draft kept")
    await next_step(app, "rooms")
    (draft,) = await drafts(mine)
    await until(app, lambda: str(draft["id"]) in app.session.page.route, "the address of the draft")


@pytest.mark.parametrize("choice", ["Keep mine", "Take the other"])
async def test_of_two_devices_both_versions_are_shown_and_none_is_lost(
    open_client: OpenClient, me: Person, mine: Api, choice: str
) -> None:
    desk = await open_client("/landlord/homes/new", me)
    await see(desk, "What it is and where")
    await desk.type(TITLE, "Begun")
    await see(desk, "Draft kept")
    (draft,) = await drafts(mine)
    phone = await open_client(f"/landlord/homes/{draft['id']}", me, width=390)
    await see(phone, "What it is and where")
    await phone.type(TITLE, "From the phone")
    await kept_as(phone, mine, title="From the phone")
    await desk.type(TITLE, "From the desk")
    await see(desk, "Another device kept other words")
    assert {"From the desk", "From the phone"} <= set(desk.texts())
    await desk.press(choice)
    stands, other = ("desk", "phone") if choice == "Keep mine" else ("phone", "desk")
    await kept_as(desk, mine, title=f"From the {stands}")
    await undo(desk)
    await kept_as(desk, mine, title=f"From the {other}")
    assert desk.field(TITLE).value == f"From the {other}"


async def test_deciding_later_between_two_versions_keeps_both(open_client: OpenClient, me: Person, mine: Api) -> None:
    desk = await open_client("/landlord/homes/new", me)
    await see(desk, "What it is and where")
    await desk.type(TITLE, "Begun")
    await see(desk, "Draft kept")
    (draft,) = await drafts(mine)
    etag = (await mine.get(f"/properties/drafts/{draft['id']}")).headers["etag"]
    other = {"words": {"title": "Elsewhere"}}
    assert (await mine.put(f"/properties/drafts/{draft['id']}", other, headers={"If-Match": etag})).status_code == 200
    await desk.type(TITLE, "Here")
    await see(desk, "Another device kept other words")
    await desk.press("Decide later")
    await see(desk, "There are two versions")
    assert desk.field(TITLE).value == "Here"
    assert (await drafts(mine))[0]["said"]["words"]["title"] == "Elsewhere"
    await desk.press("Choose a version")
    await desk.press("Keep mine")
    await kept_as(desk, mine, title="Here")


async def test_a_home_that_someone_changed_meanwhile_is_not_saved_over(
    open_client: OpenClient, me: Person, mine: Api, api: Api, a_person: MakePerson
) -> None:
    home = (await mine.post("/properties", FACTS)).json()
    app = await open_client(f"/landlord/homes/{home['id']}", me)
    await see(app, "What it is and where")
    await app.type(TITLE, "Mine")
    await see(app, "Draft kept")
    admin = api.as_(await a_person(Role.ADMIN))
    assert (await admin.put(f"/properties/{home['id']}", FACTS | {"sleeps": 9})).status_code == 200
    await app.press("Look and send")
    await see(app, "When you send it")
    await app.press("Save")
    await see(app, "The home was changed elsewhere")
    assert (await mine.get(f"/properties/{home['id']}")).json()["title"] == FACTS["title"]
    await app.press("Take the other")
    await see(app, "The other version stands now.")
    await app.press("Save")
    await see(app, f"{FACTS['title']} is saved.")
    assert (await mine.get(f"/properties/{home['id']}")).json()["sleeps"] == 9


async def test_what_is_looked_at_again_is_said_before_it_is_saved(
    open_client: OpenClient, me: Person, mine: Api, a_property: MakeProperty, database: Database
) -> None:
    home = await a_property(me, title="Old name")
    app = await open_client(f"/landlord/homes/{home}", me)
    await see(app, "What it is and where")
    await app.type(TITLE, "New name")
    await app.press("Prices")
    await see(app, "Set the prices")
    await app.type("Price a night (must be filled in)", "120")
    await app.press("Look and send")
    await see(app, "We look at it within two days: title.")
    await see(app, "Price. Stays already agreed keep their price.")
    await app.press("Save")
    await see(app, "We look at what you changed within two days.")
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT title, status, price_minor FROM property"))).one()
    assert tuple(row) == ("Old name", "published", 12000)
    again = await open_client(f"/landlord/homes/{home}", me)
    await see(again, "What it is and where")
    assert again.field(TITLE).value == "New name"


async def test_a_home_sent_back_says_why_and_is_sent_again(
    open_client: OpenClient, me: Person, a_property: MakeProperty, database: Database
) -> None:
    home = await a_property(
        me, title="Vague", status="rejected", review_reasons=["place_unclear"], review_note="By the park?"
    )
    app = await open_client(f"/landlord/homes/{home}?step=look", me)
    await see(app, "We cannot find the place.")
    assert any("By the park?" in words for words in app.texts())
    await app.press("Send it again")
    await see(app, "Vague waits for review.")
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT status FROM property")) == "pending_review"


async def test_a_draft_can_be_thrown_away_and_the_home_stays(
    open_client: OpenClient, me: Person, mine: Api, a_property: MakeProperty
) -> None:
    home = await a_property(me, title="As it is")
    app = await open_client(f"/landlord/homes/{home}", me)
    await see(app, "What it is and where")
    await app.type(TITLE, "Not so")
    await see(app, "Draft kept")
    await app.press("Throw the draft away")
    await see(app, "The home stays as it was saved.")
    await app.press("Throw it away")
    await until(app, lambda: app.field(TITLE).value == "As it is", "the saved title")
    await gone(app, "Draft kept")
    assert await drafts(mine) == []


async def test_a_stranger_finds_no_such_home(open_client: OpenClient, me: Person, a_property: MakeProperty) -> None:
    app = await open_client(f"/landlord/homes/{await a_property(status='draft')}", me)
    await see(app, "The home did not load")


async def test_an_archived_home_can_only_be_read(open_client: OpenClient, me: Person, a_property: MakeProperty) -> None:
    app = await open_client(f"/landlord/homes/{await a_property(me, status='archived')}?step=look", me)
    await see(app, "An archived home stays as it was.")
    assert not {"Save", "Send for review"} & set(app.names())


async def test_a_window_that_changes_its_size_keeps_the_step_and_the_words(
    open_client: OpenClient, me: Person, mine: Api
) -> None:
    app = await open_client("/landlord/homes/new?step=price", me, width=390)
    await see(app, "Set the prices")
    await app.type("Price a night (must be filled in)", "94")
    for width in (820, 1440, 390):
        await app.resize(width)
        await see(app, "Set the prices")
        assert app.field("Price a night (must be filled in)").value == "94"
    assert not any("did not work" in words for words in app.texts())
