"""What a browser loads to show the search, and how soon something can be read: cold, then warm.

python -m tools.measure_web                       # the product on this machine, started for it
python -m tools.measure_web --mbit 10 --ms 40     # over a line of so many Mbit/s and a round trip of so many ms
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page

from tests.browser.chromium import chromium
from tests.product import running

PATH = "/app/search?text=Edinburgh"
_FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_SCREEN = "() => document.title.endsWith('· EstoSpaces') && !document.getElementById('shell')"


@dataclass
class Line:
    """What went over the line while a page was loaded."""

    network: int = 0
    """Bytes of answers as they were sent, headers included."""
    asked: int = 0
    from_cache: int = 0
    names: dict[str, int] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)

    def watch(self, session: CDPSession) -> None:
        session.on("Network.responseReceived", self._answered)
        session.on("Network.requestServedFromCache", self._cached)
        session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]
        self.asked += 1

    def _cached(self, _: dict[str, Any]) -> None:
        self.from_cache += 1

    def _finished(self, event: dict[str, Any]) -> None:
        sent = int(event["encodedDataLength"])
        self.network += sent
        self.names[self._urls.get(event["requestId"], "?")] = sent


async def load(context: BrowserContext, url: str, mbit: float, ms: float) -> tuple[Line, float, float]:
    """A visit in a window of its own: what was sent, milliseconds to the first words and to the screen."""
    page: Page = await context.new_page()
    session, line = await context.new_cdp_session(page), Line()
    line.watch(session)
    await session.send("Network.enable")
    if mbit:
        speed = mbit * 1_000_000 / 8
        conditions = {"offline": False, "latency": ms, "downloadThroughput": speed, "uploadThroughput": speed}
        await session.send("Network.emulateNetworkConditions", conditions)
    await page.goto(url, wait_until="commit")
    await page.wait_for_function(_SCREEN, timeout=120_000)
    screen = await page.evaluate("() => performance.now()")
    words = await page.evaluate(_FIRST_PAINT)
    await page.wait_for_load_state("networkidle")
    await page.close()
    return line, words, screen


async def measure(url: str, mbit: float, ms: float, each: bool) -> None:
    """Cold, then warm in another window of the same browser."""
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        for name in ("cold", "warm"):
            line, words, screen = await load(context, f"{url}{PATH}", mbit, ms)
            sent = f"{line.network / 1e6:.2f} MB in {line.asked} answers"
            print(f"{name}: {sent}; first words {words / 1000:.2f} s, the screen {screen / 1000:.2f} s", flush=True)
            for file, size in sorted(line.names.items(), key=lambda pair: -pair[1]) if each else ():
                print(f"  {size:>9,}  {file}")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="What a browser loads, and how soon something can be read.")
    parser.add_argument("--url", default="", help="a product that runs already")
    parser.add_argument("--mbit", type=float, default=0)
    parser.add_argument("--ms", type=float, default=0)
    parser.add_argument("--each", action="store_true", help="every file with its bytes")
    given = parser.parse_args()
    if given.url:
        asyncio.run(measure(given.url, given.mbit, given.ms, given.each))
        return
    with tempfile.TemporaryDirectory() as folder, running(None, Path(folder)) as product:
        asyncio.run(measure(product.url, given.mbit, given.ms, given.each))


if __name__ == "__main__":
    main()
