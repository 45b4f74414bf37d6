"""Someone who has never seen the product, by nothing but what is written on it.

Each story says who it is and how much it may cost. What a person would need is estimated by the keystroke-level model
(Card, Moran and Newell, 1980), for hands and heads that nobody hurries: no machine's speed is in it.
"""

import re
from datetime import date, timedelta

from playwright.async_api import Browser, Locator
from playwright.async_api import TimeoutError as WaitedTooLong

from client.core import clock
from client.core.language import day_long
from server.core.ids import new_id
from tests.browser.chromium import Window, window
from tests.browser.conftest import People, open_link_elsewhere, sign_in
from tests.browser.paying import GOOD, PAY_PAGE, back_in_the_app
from tests.conftest import PASSWORD
from tests.product import Product
from tests.stories.conftest import home_facts

KEY, POINT, HAND, THINK = 0.28, 1.1, 0.4, 1.35
"""Seconds: a key of an average typist, pointing and pressing, a hand that changes its place, a decision."""
FOOT = 150
"""Pixels at the foot of a window that a bar may cover."""


class Hands:
    """Uses a window by the names that are read on it, and counts what that costs."""

    def __init__(self, shown: Window) -> None:
        self.shown, self.clicks, self.seconds = shown, 0, 0.0

    async def press(self, name: str) -> None:
        """Press what has this name, or begins with it."""
        await self.shown.quiet(0.3)
        await self.shown.page.get_by_role("button", name=re.compile(name)).first.click()
        self.clicks, self.seconds = self.clicks + 1, self.seconds + THINK + POINT
        await self.shown.quiet(0.3)

    async def type(self, label: str, words: str) -> None:
        """Go to the field with this label, which is a click too, and type."""
        field = self.shown.field(label)
        await self._turn_to(field)
        await field.click()
        await self.shown.quiet(0.3)
        await self.shown.page.keyboard.type(words)
        await self.shown.quiet(0.3)
        assert await field.input_value() == words
        self.clicks, self.seconds = self.clicks + 1, self.seconds + THINK + POINT + 2 * HAND + KEY * len(words)

    async def type_next(self, label: str, words: str) -> None:
        """Go on to the field with this label by the keyboard, as its Next key does on a phone, and type."""
        await self.key("Tab")
        await self.shown.page.keyboard.type(words)
        await self.shown.quiet(0.3)
        assert await self.shown.field(label).input_value() == words
        self.seconds += THINK + KEY * len(words)

    async def open_mail(self, product: Product, email: str) -> None:
        """Open the link that came by mail, in the program for mails."""
        await open_link_elsewhere(product, email)
        self.clicks, self.seconds = self.clicks + 1, self.seconds + THINK + POINT

    async def pay(self) -> None:
        """Type the card's number on the provider's page and send it with Enter; back in the app then."""
        await self.shown.page.wait_for_url(PAY_PAGE, timeout=30_000)
        field = self.shown.page.get_by_label("Card number")
        await field.click()
        await self.shown.page.keyboard.type(GOOD)
        await self.shown.page.keyboard.press("Enter")
        await back_in_the_app(self.shown)
        self.clicks, self.seconds = self.clicks + 1, self.seconds + THINK + POINT + 2 * HAND + KEY * (len(GOOD) + 1)

    async def _turn_to(self, field: Locator) -> None:
        """Turn the wheel until the field stands clear of the bar at the foot, as everyone does before pressing it."""
        for _ in range(10):
            # What lies far below the fold has no node yet.
            box = await field.bounding_box() if await field.count() else None
            if box is not None and box["y"] + box["height"] < (self.shown.page.viewport_size or {})["height"] - FOOT:
                return
            await self.shown.scroll(240)

    async def key(self, key: str, times: int = 1) -> None:
        """Press a key, one after the other as fingers do. A key of the keyboard is no click."""
        for _ in range(times):
            await self.shown.page.keyboard.press(key)
            await self.shown.quiet(0.5)
        self.seconds += THINK + KEY * times


async def test_ting_finds_a_room_and_books_it_in_under_ten_clicks(product: Product, browser: Browser) -> None:
    """Ting is new here. A friend sent her a link with the city and the dates; she wants a room, on her phone."""
    check_in = date.today() + timedelta(days=50)  # noqa: DTZ011 - far ahead, whatever the zone
    async with window(browser, width=390, height=844) as shown:
        ting = Hands(shown)
        await shown.open(
            f"{product.url}/app/search?text=Edinburgh&check_in={check_in}&check_out={check_in + timedelta(days=3)}"
        )
        await ting.press("^Room$")
        await ting.press("for 3 nights$")
        await ting.press("^Book$")
        await ting.press("^Create an account$")
        email = f"{new_id()}@example.com"
        await ting.type("Your name", "Ting")
        await ting.type_next("E-mail", email)
        await ting.type_next("Password", PASSWORD)
        await ting.key("Enter")
        await shown.see("Look into your mail")
        await ting.open_mail(product, email)
        await ting.press("^I have confirmed$")
        await shown.see("What you pay")
        await ting.press("^Book and pay £")
        await ting.pay()
        await shown.see("Your stay is booked", within=30)
        assert ting.clicks < 10


async def test_morag_lists_her_flat_in_under_five_minutes(product: Product, browser: Browser, people: People) -> None:
    """Morag has a flat in Leith and its numbers at hand. She says what she must and what guests ask for first."""
    morag = await people.person("Morag", "landlord")
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/landlord/homes")
        await sign_in(shown, morag.email)
        hands = Hands(shown)
        await hands.press("^Add a home$")
        await hands.type("Title", "Attic over the harbour")
        await hands.type(
            "Description", "Quiet, light, four flights of stairs. The bus to the centre stops at the door."
        )
        await hands.type("Street and number", "3 Shore")
        await hands.type("City", "Leith")
        await hands.type("Postcode", "EH6 6QW")
        await hands.type("Latitude", "55.9750")
        await hands.type("Longitude", "-3.1700")
        await hands.press("^Next: rooms$")
        for label in ("Bedrooms", "Beds", "Bathrooms", "Sleeps"):
            await hands.type(label, "2")
        for step in ("what it has", "rules and times", "prices"):
            await hands.press(f"^Next: {step}$")  # the button of a step that is on show, however slow the machine is
        await hands.type("Price a night", "85")
        for step in ("limits", "look and send"):
            await hands.press(f"^Next: {step}$")
        await hands.press("^Send for review$")
        await shown.see("1 waits for review")
        assert hands.seconds < 5 * 60
    (home,) = (await morag.api.get("/properties")).json()["items"]
    assert (home["status"], home["price"]["amount_minor"]) == ("pending_review", 8500)


_FOCUSED = """() => document.activeElement?.closest('flt-semantics-host')
    ? document.activeElement.getAttribute('aria-label') || document.activeElement.innerText : ''"""


class Keys:
    """Uses a window by Tab, arrows, Enter and Escape, and hears where the focus is."""

    def __init__(self, shown: Window) -> None:
        self.shown = shown

    async def press(self, key: str, name: str) -> None:
        """Press a key that leads to what has this name. Raises AssertionError with where it led."""
        await self.shown.page.keyboard.press(key)
        try:
            await self.shown.page.wait_for_function(f"name => ({_FOCUSED})() === name", arg=name, timeout=15_000)
        except WaitedTooLong as error:
            raise AssertionError(f"{key} led to {await self.at()!r} and not to {name!r}") from error

    async def at(self) -> str:
        """The name of what has the focus; "" when nothing of the page has it."""
        named: str = await self.shown.page.evaluate(_FOCUSED)
        return named

    async def tab_to(self, name: str, *, most: int = 45) -> None:
        """Press Tab until what begins with this name has the focus. Raises AssertionError with where it came."""
        places: list[str] = []
        while len(places) < most and not (places and places[-1].startswith(name)):
            await self.shown.page.keyboard.press("Tab")
            await self.shown.quiet(0.1)
            places.append(await self.at())
        assert places[-1].startswith(name), places


async def test_morag_blocks_a_week_by_keyboard_alone(product: Product, browser: Browser, people: People) -> None:
    """Morag's wrist is in plaster, and her mouse lies where it lies: over a night that is taken."""
    morag = await people.person("Morag", "landlord")
    home = (await morag.api.post("/properties", json=home_facts("Leith"))).raise_for_status().json()
    today = clock.today_in(home["zone"])
    tonight = {"property_id": home["id"], "start": str(today), "end": str(today + timedelta(days=1))}
    (await morag.api.post("/calendars/blocks", json=tonight)).raise_for_status()
    first, last = today + timedelta(days=1), today + timedelta(days=8)
    async with window(browser) as shown:
        await shown.open(f"{product.url}/app/landlord/calendar")
        await sign_in(shown, morag.email)
        keys = Keys(shown)
        await shown.see("Block dates")  # until then Tab goes round the form of signing in, which is still there
        await keys.tab_to("Block dates")
        await shown.page.keyboard.press("Enter")
        await shown.see("Days. Arrow keys")
        box = await shown.page.get_by_role("button", name=f"{day_long(today)}, taken").last.bounding_box()
        assert box is not None
        await shown.page.mouse.move(box["x"] + 22, box["y"] + 22)
        await shown.see("Taken")
        await keys.tab_to("Days")
        await keys.press("ArrowRight", day_long(first))
        await keys.press("Enter", f"{day_long(first)}, first night")
        await keys.press("ArrowDown", day_long(last))
        await keys.press("Enter", f"{day_long(last)}, free again")
        await keys.tab_to("Note")
        await shown.page.keyboard.type("Plaster")
        await keys.tab_to("Block")
        await keys.press("Enter", "Block dates")
        await shown.see("Blocked by you: Plaster")
    blocks = (await morag.api.get("/calendars", params={"start": str(first), "end": str(last)})).json()["items"]
    assert [(claim["start"], claim["end"], claim["note"]) for claim in blocks[0]["claims"]] == [
        (str(first), str(last), "Plaster")
    ]
