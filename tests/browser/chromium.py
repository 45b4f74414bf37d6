"""Drive the web client in the system's Chromium: launch, wait until it is quiet, read names, fill fields."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, Request, Response, WebSocket, async_playwright
from playwright.async_api import TimeoutError as WaitedTooLong

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_STARTUP_MS = 60_000
_READ = """() => [...document.querySelectorAll('flt-semantics-host *')].flatMap(node => [
    node.getAttribute('aria-label'),
    ...[...node.childNodes].filter(child => child.nodeType === 3).map(child => child.textContent)
]).filter(Boolean).join('\\n')"""


def find_chromium() -> str | None:
    """The browser to use: what `CHROMIUM` names, else the system's; None when there is none."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser with a profile of its own. Raises RuntimeError when none is installed."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("No Chromium found. Install it (apt install chromium) or name it in CHROMIUM.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, headless=True, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(
    browser: Browser,
    *,
    width: int = 1440,
    height: int = 900,
    scheme: Literal["light", "dark"] = "light",
    scale: float = 1,
) -> AsyncIterator["Window"]:
    """A fresh window (no cookies) of this size and colour scheme."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=scale
    )
    try:
        yield Window(await context.new_page())
    finally:
        await context.close()


class Window:
    """One page of the Flet client, and how long it has been quiet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.console: list[str] = []
        self.refused: list[str] = []
        """Addresses that were answered with an error."""
        self._last_traffic = self._last_answer = time.monotonic()
        self._open_requests: set[Request] = set()
        page.on("websocket", self._watch)
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)
        page.on("response", self._answered)
        page.on("console", lambda message: self.console.append(message.text))

    async def open(self, url: str) -> None:
        """Open an address of the client and wait until its first screen can be read."""
        await self.page.goto(url, wait_until="commit")
        await self.enable_semantics()
        # The frame of grey shapes lies over the app until its first screen is painted.
        await self.page.locator("#shell").wait_for(state="detached", timeout=_STARTUP_MS)
        await self.quiet()

    async def enable_semantics(self) -> None:
        """Flutter builds its accessibility tree only after a hidden button was pressed."""
        button = self.page.locator("flt-semantics-placeholder")
        await button.wait_for(state="attached", timeout=_STARTUP_MS)
        await button.dispatch_event("click")
        node = self.page.locator("flt-semantics-host flt-semantics").first
        await node.wait_for(state="attached", timeout=_STARTUP_MS)

    async def quiet(self, seconds: float = 0.6, at_most: float = 30) -> None:
        """Wait until nothing went over the wire for a while, then for two painted frames."""
        end = time.monotonic() + at_most
        while self._open_requests or time.monotonic() - self._last_traffic < seconds:
            if time.monotonic() > end:
                raise TimeoutError(f"not quiet within {at_most} s; open: {[r.url for r in self._open_requests]}")
            await asyncio.sleep(0.05)
        await self.page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size, and wait until the app has heard of it and answered."""
        if self.page.viewport_size == {"width": width, "height": height}:
            return
        begun = time.monotonic()
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.answered(begun)
        await self.quiet()

    async def answered(self, since: float, at_most: float = 5) -> None:
        """Wait until the app's socket has brought something after `since` (`time.monotonic()`), or for so long."""
        while self._last_answer < since and time.monotonic() - since < at_most:  # noqa: ASYNC110 - Playwright's events
            await asyncio.sleep(0.05)

    async def picture(self, path: Path, *, full: bool = False, at_most: float = 8) -> bytes:
        """A picture of the window once it is quiet and two in a row are the same (nothing fades or moves any more)."""
        await self.quiet()
        path.parent.mkdir(parents=True, exist_ok=True)
        end, before = time.monotonic() + at_most, b""
        while (taken := await self.page.screenshot(full_page=full)) != before and time.monotonic() < end:
            before = taken
            await asyncio.sleep(0.3)
        await asyncio.to_thread(path.write_bytes, taken)
        return taken

    def field(self, label: str, *, exact: bool = False) -> Locator:
        """The field with this label. A group of texts is named by all of them, so a label alone may be found twice."""
        return self.page.locator("input, textarea").and_(self.page.get_by_label(label, exact=exact))

    async def fill_field(self, label: str, value: str, *, tries: int = 5, exact: bool = True) -> None:
        """Type into a field. A bare `fill` races Flutter's activation of its editor, so look and try again.

        A field with a hint is named by both: look for its label alone with `exact=False`.
        """
        field = self.field(label, exact=exact)
        for attempt in range(tries):
            await field.click()
            await asyncio.sleep(0.1 * (attempt + 1))
            await field.fill(value)
            await asyncio.sleep(0.1 * (attempt + 1))
            if await field.input_value() == value:
                await self.quiet(0.2)
                return
        raise AssertionError(f"the field {label!r} did not take {value!r}")

    async def press(self, name: str) -> None:
        """Press the button with exactly this name. Raises AssertionError with what can be read instead of it."""
        try:
            await self.page.get_by_role("button", name=name, exact=True).click()
        except WaitedTooLong as error:
            raise AssertionError(f"no button {name!r} on:\n{await self.read()}") from error
        await self.quiet(0.3)

    async def scroll(self, down: int = 5000) -> None:
        """Turn the wheel over the middle of the window: what lies below the fold has no node yet."""
        size = self.page.viewport_size or {"width": 800, "height": 600}
        await self.page.mouse.move(size["width"] / 2, size["height"] / 2)
        await self.page.mouse.wheel(0, down)
        await self.quiet(0.3)

    async def read(self) -> str:
        """All a reader can hear on the page: texts and labels of the accessibility tree, a line each."""
        words: str = await self.page.evaluate(_READ)
        return words

    async def see(self, words: str, *, within: float = 45) -> None:
        """Wait until a text can be heard on the page. Raises AssertionError with what can be heard instead."""
        try:
            await self.page.wait_for_function(f"words => ({_READ})().includes(words)", arg=words, timeout=within * 1000)
        except WaitedTooLong as error:
            raise AssertionError(f"{words!r} is not on:\n{await self.read()}") from error

    async def nameless(self) -> list[str]:
        """The markup of every button without a name: there must be none."""
        found: list[str] = await self.page.evaluate(
            """() => [...document.querySelectorAll('flt-semantics[role=button]')]
                .filter(n => !(n.getAttribute('aria-label') || n.innerText || '').trim())
                .map(n => n.outerHTML.slice(0, 200))"""
        )
        return found

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: self._hear())
        socket.on("framesent", lambda _: self._touch())

    def _begins(self, request: Request) -> None:
        self._open_requests.add(request)
        self._touch()

    def _ends(self, request: Request) -> None:
        self._open_requests.discard(request)
        self._touch()

    def _answered(self, response: Response) -> None:
        # A request whose body nobody reads (a refusal, a font that is not needed any more) never "finishes".
        self._ends(response.request)
        if response.status >= 400:
            self.refused.append(response.url)

    def _hear(self) -> None:
        self._last_answer = time.monotonic()
        self._touch()

    def _touch(self) -> None:
        self._last_traffic = time.monotonic()
