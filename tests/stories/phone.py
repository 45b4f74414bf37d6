"""The app as it runs on a phone, told to book a home: `python -m tests.stories.phone SERVER EMAIL PASSWORD`.

Runs where nothing is installed but what ships to phones. Presses what a person would press, by the names they hear,
and prints what the trip shows as JSON.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import httpx

from client.app import main
from client.core.language import day_long
from tests.client.harness import App

PATIENCE_SECONDS = 60
NIGHTS = 4


async def follow(app: App, followed: list[str]) -> None:
    """Do as the phone does: take over the addresses that the app pushed, and tell the app of each."""
    pushed = [
        message.body.args["route"] for message in app.wire.sent if getattr(message.body, "name", "") == "push_route"
    ]
    for route in pushed[len(followed) :]:
        followed.append(route)
        app.session.apply_page_patch({"route": route})
        await app.event(app.page, "route_change", {"route": route})


_followed: list[str] = []


async def until(app: App, what: str, holds: Callable[[], object]) -> None:
    """Wait until something is on show. Raises AssertionError, with what is, when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"never seen: {what}; instead {app.texts()} {app.names()}"
        assert app.crashes == []
        await asyncio.sleep(0.05)
        await follow(app, _followed)


def beginning(app: App, words: str) -> list[str]:
    """The names of buttons that begin like this."""
    return [name for name in app.names() if name.startswith(words)]


async def press(app: App, words: str) -> str:
    """Wait for a button whose name begins like this, and press the first."""
    await until(app, words, lambda: beginning(app, words))
    name = beginning(app, words)[0]
    await app.press(name, first=True)
    return name


def shown(app: App, words: str) -> str:
    """The first text on show that holds these words, or nothing."""
    return next((text for text in app.texts() if words in text), "")


async def search(app: App, city: str) -> None:
    """Look for homes in a city, four nights two months from now."""
    check_in = (date.today().replace(day=1) + timedelta(days=62)).replace(day=10)  # noqa: DTZ011 - months ahead
    check_out = check_in + timedelta(days=NIGHTS)
    await press(app, "Change the search")
    await app.type("Place, home or what you look for", city)
    await press(app, f"{city}, ")
    await press(app, "Next month")
    await press(app, "Next month")
    await press(app, day_long(check_in))
    await press(app, day_long(check_out))
    await press(app, "Show the homes")
    await until(app, "homes free", lambda: shown(app, f"free in {city}"))


async def book(app: App, email: str, password: str) -> dict[str, str]:
    """Open the first home, sign in on the way, book it, and read the trip."""
    await until(app, "a home", lambda: [name for name in app.names() if name.endswith(f"for {NIGHTS} nights")])
    home = next(name for name in app.names() if name.endswith(f"for {NIGHTS} nights"))
    await app.press(home, first=True)
    await press(app, "Book")
    await until(app, "the sign-in", lambda: shown(app, "To book this home"))
    await app.type("E-mail", email)
    await app.type("Password", password)
    await press(app, "Sign in")
    await press(app, "Book and pay")
    await pay(app, email)
    await until(app, "that it is booked", lambda: shown(app, "Your stay is booked"))
    await press(app, "Look at the stay")
    await until(app, "the reference", lambda: shown(app, "Booking "))
    return {"home": home, "reference": shown(app, "Booking ").removeprefix("Booking "), "route": app.page.route or ""}


async def pay(app: App, email: str) -> None:
    """Pay on the page that the app has the phone's browser open."""
    await until(app, "the page to pay on", lambda: app.calls("launch_url"))
    card = {"number": "4242424242424242", "email": email, "name": "Ting"}
    async with httpx.AsyncClient(timeout=30) as browser:
        reply = await browser.post(app.calls("launch_url")[-1].args["url"], data=card)
    assert reply.status_code == 303, reply.text


def kept_tokens(app: App) -> list[str]:
    """The refresh tokens that the app asked the phone's secure storage to keep."""
    kept = (message.body.args for message in app.wire.sent if getattr(message.body, "name", "") == "set")
    return [args["value"] for args in kept if args["key"].endswith("refresh_token")]


async def _run(server: str, email: str, password: str) -> None:
    os.environ["ESTOSPACES_SERVER"] = server
    app = await App.start(main, width=390, web=False)
    app.wire.page_url = "dartbridge://0"  # as on a phone, where the app and Python share a process
    await search(app, "Edinburgh")
    trip = await book(app, email, password)
    sys.stdout.write(json.dumps({**trip, "texts": app.texts(), "tokens": kept_tokens(app)}) + "\n")
    await app.close()


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:]))
