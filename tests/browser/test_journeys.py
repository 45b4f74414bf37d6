"""Journeys in a real browser, on a phone's and on a desktop's window."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from server.core.ids import new_id
from tests.browser.chromium import Window, window
from tests.browser.conftest import HOMES, People, open_link_elsewhere, pay, sign_in
from tests.browser.paying import book_and_pay
from tests.conftest import PASSWORD
from tests.product import Product
from tests.stories.conftest import home_facts

pytestmark = pytest.mark.prove
CHECK_IN = date.today() + timedelta(days=40)  # noqa: DTZ011 - weeks ahead, whatever the zone
DATES = f"check_in={CHECK_IN}&check_out={CHECK_IN + timedelta(days=4)}"


@pytest.fixture(params=[390, 1440])
async def visitor(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Window]:
    """A window without cookies, as wide as a phone or a desktop."""
    async with window(browser, width=request.param, height=900) as opened:
        yield opened


async def press_like(shown: Window, pattern: str) -> None:
    """Press the first button whose name has this in it, once the page rests."""
    await shown.quiet(0.5)
    await shown.page.get_by_role("button", name=re.compile(pattern)).first.click()
    await shown.quiet(0.3)


async def draw_over(shown: Window, first: str, last: str) -> None:
    """Drag the mouse from the button whose name has this in it to another, in steps as a hand does."""
    boxes = [
        await shown.page.get_by_role("button", name=re.compile(name)).first.bounding_box() for name in (first, last)
    ]
    (x, y), (then, _) = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    await shown.page.mouse.move(x, y)
    await shown.page.mouse.down()
    await shown.page.mouse.move(then, y, steps=8)
    await shown.page.mouse.up()
    await shown.quiet(0.3)


async def title_booked(product: Product, email: str) -> str:
    """The title of the only home that someone has booked, as the API tells them."""
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=30) as api:
        tokens = (await api.post("/auth/sign-in", json={"email": email, "password": PASSWORD})).json()
        api.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        (booking,) = (await api.get("/bookings", params={"side": "tenant", "when": "upcoming"})).json()["items"]
        assert booking["status"] == "confirmed"
        return str(booking["home"]["title"])


async def test_a_visitor_books_a_home_and_stays_signed_in(product: Product, visitor: Window) -> None:
    email = f"{new_id()}@example.com"
    await visitor.open(f"{product.url}/app/search?text=Edinburgh&{DATES}")
    await visitor.see("homes free in Edinburgh")
    await press_like(visitor, r"for 4 nights$")
    await visitor.press("Book")
    await visitor.see("Your dates are kept.")
    await visitor.press("Create an account")
    await visitor.fill_field("Your name", "Ting")
    await visitor.fill_field("E-mail", email)
    await visitor.fill_field("Password", PASSWORD)
    await visitor.press("Create account")
    await visitor.see("Look into your mail")
    await open_link_elsewhere(product, email)
    await visitor.press("I have confirmed")
    await visitor.see("What you pay")
    await book_and_pay(visitor)
    await visitor.press("Look at the stay")
    await visitor.see("What happens next")
    title = await title_booked(product, email)
    await visitor.see(title)

    # The sign-in lies where no script can read it, and a reload keeps it.
    stored = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert await visitor.page.evaluate("() => document.cookie") == ""
    kept = {cookie["name"]: cookie for cookie in await visitor.page.context.cookies()}
    session = kept["session"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")
    assert session["value"] not in await visitor.page.evaluate(stored)
    await visitor.open(f"{product.url}/app/trips")
    await visitor.see("Your stays, with what happens next.")
    await press_like(visitor, f"^{re.escape(title)}")
    await visitor.see("What happens next")

    await visitor.open(f"{product.url}/app/account")
    await visitor.see(email)
    await visitor.press("Sign out")
    await visitor.see("Sign in")
    assert "session" not in {cookie["name"] for cookie in await visitor.page.context.cookies()}
    await visitor.open(f"{product.url}/app/trips")
    await visitor.see("To see your trips.")
    assert title not in await visitor.read()


async def test_a_shared_link_and_the_way_back_restore_a_search(product: Product, visitor: Window) -> None:
    link = f"{product.url}/app/search?text=Edinburgh&{DATES}&types=room"
    await visitor.open(link)
    await visitor.see("homes free in Edinburgh")
    found = re.search(r"\d+ homes free in Edinburgh", await visitor.read())
    assert found is not None
    await press_like(visitor, r"for 4 nights$")
    await visitor.page.get_by_role("button", name="Book", exact=True).wait_for()
    await visitor.page.go_back()
    await visitor.see(found[0])
    await visitor.page.go_forward()
    await visitor.page.get_by_role("button", name="Book", exact=True).wait_for()
    await visitor.open(link)
    await visitor.see(found[0])


@pytest.mark.parametrize("visitor", [390], indirect=True)
async def test_titles_of_every_script_are_shown(product: Product, visitor: Window) -> None:
    for words, title in (("爱丁堡", "爱丁堡市中心公寓"), ("Castle view", "🏰 Castle view")):
        await visitor.open(f"{product.url}/app/search?text={words.replace(' ', '+')}")
        await visitor.see(title)


@pytest.mark.parametrize("visitor", [390], indirect=True)
async def test_an_address_that_leads_nowhere_says_so(product: Product, visitor: Window) -> None:
    await visitor.open(f"{product.url}/app/no/such/page")
    await visitor.see("There is no such page")
    await visitor.press("Search for a home")
    await visitor.see("homes")


async def test_signing_out_in_one_tab_ends_the_other_at_its_next_call(
    product: Product, visitor: Window, people: People
) -> None:
    someone = await people.person("Ting")
    await visitor.open(f"{product.url}/app/account")
    await sign_in(visitor, someone.email)
    await visitor.see("Sign out")
    other = Window(await visitor.page.context.new_page())
    await other.open(f"{product.url}/app/account")
    await other.see(someone.email)
    await visitor.page.bring_to_front()
    await visitor.press("Sign out")
    await visitor.see("New here?")
    await other.page.bring_to_front()
    await other.page.goto(f"{product.url}/app/trips", wait_until="commit")
    await other.enable_semantics()
    await other.see("To see your trips.")


async def test_a_password_manager_signs_in_on_the_plain_page_and_the_client_knows_who_it_is(
    product: Product, visitor: Window, people: People
) -> None:
    someone = await people.person("Ting")
    await visitor.open(f"{product.url}/app/account")
    await visitor.press("Use a password manager")
    form = visitor.page.locator("form[action='/sign-in']")
    await form.wait_for()
    # As a password manager does it: no keys, only values and the events that follow them.
    for name, value in (("email", someone.email), ("password", PASSWORD)):
        await form.locator(f"input[name={name}]").evaluate(
            """(field, value) => {
                field.value = value;
                field.dispatchEvent(new Event("input", { bubbles: true }));
                field.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            value,
        )
    await form.get_by_role("button", name="Sign in").click()
    await visitor.page.wait_for_url(f"{product.url}/app/account", wait_until="commit")
    await visitor.enable_semantics()
    await visitor.see(someone.email)


async def test_a_landlord_sees_stays_and_blocks_nights(product: Product, browser: Browser, people: People) -> None:
    landlord, admin, tenant = [
        await people.person(*who) for who in (("Morag", "landlord"), ("Ada", "admin"), ("Ting", "tenant"))
    ]
    home = (await landlord.api.post("/properties", json=home_facts("Leith", title="Shore flat"))).json()
    for person, status in ((landlord, "pending_review"), (admin, "published")):
        moved = await person.api.post(f"/properties/{home['id']}/status", json={"status": status})
        assert moved.status_code == 200, moved.text
    today = date.today()  # noqa: DTZ011
    days = {"check_in": str(today + timedelta(days=2)), "check_out": str(today + timedelta(days=4))}
    quote = (await tenant.api.post("/quotes", json={"property_id": home["id"], "guests": 2, **days})).json()
    held = (await tenant.api.post("/bookings", json={"quote_id": quote["id"]})).json()
    await pay(tenant, held["id"])

    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/landlord/calendar")
        await sign_in(shown, landlord.email)
        await shown.see("Ting")
        first, last = today + timedelta(days=6), today + timedelta(days=8)
        nights = [rf"^Shore flat, \w+ {night.day} .*, free$" for night in (first, last - timedelta(days=1))]
        await draw_over(shown, *nights)
        await shown.press("Block")
        await shown.see("Blocked by you: Blocked")
    span = {"start": str(today), "end": str(today + timedelta(days=20))}
    taken = (await tenant.api.get(f"/calendars/{home['id']}/taken", params=span)).json()["taken"]
    assert {"start": str(first), "end": str(last)} in taken


async def test_an_admin_approves_a_home_from_the_queue(product: Product, browser: Browser, people: People) -> None:
    landlord, admin = await people.person("Morag", "landlord"), await people.person("Ada", "admin")
    title = f"Loft {new_id().hex[-8:]}"
    home = (await landlord.api.post("/properties", json=home_facts("Leith", title=title))).json()
    await landlord.api.post(f"/properties/{home['id']}/status", json={"status": "pending_review"})
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/admin/review")
        await sign_in(shown, admin.email)
        await press_like(shown, title)
        await shown.see("12 Shore Street")
        await shown.page.get_by_role("button", name="Approve", exact=True).last.click()
        await shown.see("is approved")
        await shown.open(f"{product.url}/app/search?text={title.replace(' ', '+')}")
        await shown.see(title)


async def test_words_stand_there_before_the_app_and_the_next_visit_loads_it_from_the_browser(
    product: Product, browser: Browser
) -> None:
    async with window(browser) as shown:
        await shown.page.goto(f"{product.url}/app/search", wait_until="domcontentloaded")
        words = await shown.page.locator("#shell").inner_text()
        assert words.split() == ["EstoSpaces", "Looking", "for", "homes"]
        await shown.open(f"{product.url}/app/search")
        assert await shown.page.evaluate("() => crossOriginIsolated")  # else the renderer has no threads
        again = await shown.page.context.new_page()
        await again.goto(f"{product.url}/app/search")
        await again.locator("#shell").wait_for(state="detached")
        sent = await again.evaluate(
            """() => performance.getEntriesByType('resource')
                .filter(entry => entry.name.includes('/app/v/')).map(entry => entry.transferSize)"""
        )
        assert len(sent) > 10
        assert sum(sent) == 0


async def test_homes_come_from_a_file_and_are_found_once_an_admin_approves(
    product: Product, browser: Browser, people: People, tmp_path: Path
) -> None:
    landlord, admin = await people.person("Morag", "landlord"), await people.person("Ada", "admin")
    mark = new_id().hex[-8:]
    file = tmp_path / "homes.csv"
    file.write_text(
        "id,name,type,neighbourhood,latitude,longitude,price per night,city,country,currency\n"
        # Not in Edinburgh: the other journeys book what they find there at once, and these homes are asked for.
        f"1,Attic {mark},flat,Footdee,57.14,-2.07,80,Aberdeen,GB,GBP\n"
        f"2,Cellar {mark},flat,Footdee,57.14,-2.08,0,Aberdeen,GB,GBP\n"
    )
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/landlord/import")
        await sign_in(shown, landlord.email)
        await shown.see("A new import")
        async with shown.page.expect_file_chooser() as choosing:
            await shown.page.get_by_role("button", name="Choose a file", exact=True).click()
        await (await choosing.value).set_files(file)
        await shown.see("What the columns mean")
        await shown.fill_field("Name of the source", "my-list", exact=False)
        await shown.scroll()
        await shown.press("Check the file")
        await shown.see("Nothing is taken in yet", within=60)
        await shown.see("1 line is left out")
        await shown.press("Take in 1 home")
        await shown.see("All is in", within=60)
        await shown.press("Submit all for review")
        await shown.see("1 home waits for review.")
        (home,) = (await landlord.api.get("/properties")).json()["items"]
        assert home["status"] == "pending_review"
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/admin/review")
        await sign_in(shown, admin.email)
        await press_like(shown, f"^Look at Attic {mark}")
        await shown.see("Not said: ")
        await shown.page.get_by_role("button", name="Approve", exact=True).last.click()
        row = shown.page.get_by_role("button", name=re.compile(f"^Look at Attic {mark}"))
        await row.wait_for(state="detached")
        await shown.open(f"{product.url}/app/search?text=Attic+{mark}")
        await shown.see(f"Attic {mark}")


async def a_lone_home(product: Product) -> tuple[str, str]:
    """The title of a home and a query with a box round it that holds no other."""
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=30) as api:
        for hit in (await api.get("/search", params={"limit": 60})).json()["items"]:
            north, east, off = hit["latitude"], hit["longitude"], 0.0008
            box = {"south": north - off, "north": north + off, "west": east - off, "east": east + off}
            if (await api.get("/search", params=box)).json()["total"] == 1:
                return str(hit["title"]), "&".join(f"{side}={degrees:.4f}" for side, degrees in box.items())
    raise AssertionError("no home stands alone")


async def test_the_map_searches_its_area_and_a_pin_shows_its_card(product: Product, browser: Browser) -> None:
    async with window(browser, width=1440, height=900) as shown:
        await shown.open(f"{product.url}/app/search?text=Edinburgh")
        await shown.see("Zoom in")
        # Beside the list, below the bar; a hand moves in steps.
        mouse, middle = shown.page.mouse, (1112, 492)
        await mouse.move(*middle)
        await mouse.down()
        await mouse.move(middle[0] - 150, middle[1] - 60, steps=8)
        await mouse.up()
        await shown.press("Search this area")
        await shown.see("in this area")
        assert "south=5" in shown.page.url

        title, box = await a_lone_home(product)
        await shown.open(f"{product.url}/app/search?{box}")
        await shown.see("1 home in this area")
        cards = shown.page.get_by_role("button", name=re.compile(f"^{re.escape(title)}"))
        await cards.first.wait_for()
        await shown.quiet()
        assert await cards.count() == 1
        await mouse.click(*middle)
        await cards.nth(1).wait_for()


async def test_an_area_is_drawn_with_the_mouse_and_outlives_a_reload(product: Product, browser: Browser) -> None:
    async with window(browser, width=1440, height=900) as shown:
        await shown.open(f"{product.url}/app/search?text=Edinburgh")
        await shown.press("Draw an area")
        await shown.see("Press the corners")
        corners = ((1000, 350), (1200, 350), (1200, 560), (1000, 560))
        for corner in corners:
            await shown.page.mouse.click(*corner)
            await shown.quiet(0.2)
        await shown.see("4 corners.")
        await shown.page.mouse.click(*corners[0])
        await shown.see("in the area you drew")
        found = re.search(r"(\d+) homes? in the area you drew", await shown.read())
        assert found is not None
        assert 0 < int(found[1]) < HOMES
        address = shown.page.url
        await shown.open(address)
        await shown.see(found[0])
        await shown.press("In the area you drew, chosen, remove")
        await shown.see("homes in Edinburgh")
        assert "area" not in shown.page.url


async def test_an_area_is_drawn_with_a_finger(product: Product, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    shown = Window(await context.new_page())
    await shown.open(f"{product.url}/app/search?text=Edinburgh&view=map")
    await shown.press("Draw an area")
    await shown.see("Press the corners")  # before, two touches in a row are for coming nearer
    for corner in ((120, 300), (270, 300), (270, 480), (120, 480)):
        await shown.page.touchscreen.tap(*corner)
        await shown.quiet(0.2)
    await shown.see("4 corners.")
    await shown.press("Done")
    await shown.press("Show the list")
    await shown.see("in the area you drew")
    await context.close()
