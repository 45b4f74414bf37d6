"""How the client feels, and what a session costs: clicks answered, 500 cards, the server's memory over an hour of use.

python -m tools.measure_client                   # an hour of use, which takes about as long as half of one
python -m tools.measure_client --minutes 5

Starts the product with 600 homes in a temporary folder and drives Chromium. A click counts as answered when a reader
hears what it leads to. An hour of use is 720 steps (one each five seconds), driven as fast as they are answered.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from playwright.async_api import Browser

from server.demo.messy import write_messy_csv
from tests.browser.chromium import Window, chromium, window
from tests.product import Product, command, environment, running

HOMES, CARDS, CLICKS, SESSIONS, STEPS_A_MINUTE = 600, 500, 40, 10, 12
SEARCH = "/app/search?text=Edinburgh"
_CARD = re.compile(r"· (Flat|Room|House|Studio|Apartment|Cottage|Boat)\b")

_SHOWN = re.compile(r"(\d+) of \d+ homes")


async def clicks(browser: Browser, url: str) -> None:
    """A card is pressed until its home is heard, and back until the list is."""
    there, back = [], []
    async with window(browser) as shown:
        await shown.open(f"{url}{SEARCH}")
        for _ in range(CLICKS):
            there.append(await _answered(shown, lambda: _press_card(shown), "Good to know"))
            back.append(await _answered(shown, lambda: _back(shown), "homes in Edinburgh"))
    print(f"a card → its home, {CLICKS} clicks: {_spread(there)}")
    print(f"back → the list where it was left: {_spread(back)}")


async def _press_card(shown: Window) -> None:
    await shown.page.get_by_role("button", name=_CARD).first.click()


async def _back(shown: Window) -> None:
    await shown.page.go_back(wait_until="commit")


async def _answered(shown: Window, act: Callable[[], Awaitable[None]], words: str) -> float:
    begun = time.monotonic()
    await act()
    await shown.see(words, within=30)
    return time.monotonic() - begun


async def many_cards(browser: Browser, url: str) -> None:
    """Scroll to the 500th card, then turn the wheel for two seconds and count the frames."""
    async with window(browser) as shown:
        await shown.open(f"{url}{SEARCH}")
        begun = time.monotonic()
        shown_cards = 0
        while shown_cards < CARDS and time.monotonic() - begun < 300:
            await shown.scroll(20_000)
            if told := _SHOWN.search(await shown.read()):
                shown_cards = int(told[1])
        print(f"scrolled to {shown_cards} cards in {time.monotonic() - begun:.1f} s")
        frames = await shown.page.evaluate(
            """() => new Promise(done => {
                let frames = 0;
                const begun = performance.now();
                const next = () => {
                    frames++;
                    if (performance.now() < begun + 2000) requestAnimationFrame(next); else done(frames);
                };
                next();
            })"""
        )
        print(f"frames in two seconds there, drawn without a graphics card: {frames}")


async def sessions(browser: Browser, product: Product, minutes: int) -> None:
    """What the server's process takes for each open window, and for one that is used for so long."""
    before = _resident(product)
    opened = []
    for _ in range(SESSIONS):
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        opened.append(Window(await context.new_page()))
        await opened[-1].open(f"{product.url}{SEARCH}")
    each = (_resident(product) - before) / SESSIONS
    print(f"the server's memory for each of {SESSIONS} windows on the search: {each:.1f} MiB")
    used, rests = opened[0], []
    for minute in range(minutes):
        for _ in range(STEPS_A_MINUTE // 2):
            await _press_card(used)
            await used.see("Good to know", within=30)
            await _back(used)
            await used.see("homes in Edinburgh", within=30)
        if minute % max(1, minutes // 6) == 0:
            rests.append(_resident(product))
    rests.append(_resident(product))
    print(f"{minutes} minutes of use in one of them: {rests[-1] - rests[0]:+.1f} MiB after the first of these rests")
    print("  " + ", ".join(f"{rest:.0f}" for rest in rests) + " MiB in all")
    for shown in opened:
        await shown.page.context.close()


def _resident(product: Product) -> float:
    """MiB of the product's process that are in memory."""
    status = Path(f"/proc/{product.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered) * 1000:.0f} ms, p95 {ordered[int(len(ordered) * 0.95) - 1] * 1000:.0f} ms"


async def measure(product: Product, minutes: int) -> None:
    """All of it."""
    async with chromium() as browser:
        await clicks(browser, product.url)
        await many_cards(browser, product.url)
        await sessions(browser, product, minutes)


def main() -> None:
    """Make the homes, start the product, measure."""
    parser = argparse.ArgumentParser(description="How the client feels, and what a session costs.")
    parser.add_argument("--minutes", type=int, default=60, help="of use in one window")
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file, given = folder / "homes.csv", environment(None, folder)
        write_messy_csv(file, HOMES, seed=7)
        where = ("--city", "Edinburgh", "--country", "GB", "--currency", "GBP", "--source", "messy")
        command(("migrate",), given)
        command(("import", str(file), *where, "--publish"), given)
        with running(None, folder, "--empty") as product:
            asyncio.run(measure(product, minutes))


if __name__ == "__main__":
    main()
