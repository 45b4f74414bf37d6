"""Pictures of every screen, in three widths, light and dark, one contact sheet for each, and an audit of every screen.

    python -m tools.look                          # everything, into look/
    python -m tools.look --only search,home --widths 390
    python -m tools.look --audit                  # no pictures, only what is wrong (tests/browser/audit.py)

Starts the product with its demo in a temporary folder. Each role has one light and one dark window, which is resized
in place: the app follows without a reload. Ends with 1 when a screen has a fault, or its state could not be reached.
"""

import argparse
import asyncio
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product as each_of
from pathlib import Path
from typing import Literal

import httpx
from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import Browser, Error

from server.demo.messy import write_messy_csv
from server.demo.service import SIGN_INS
from tests.browser import audit
from tests.browser.chromium import Window, chromium, window
from tests.product import Product, running
from tools.screens import ADMIN, Screen, landlord, signed_out, tenant

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {390: 844, 820: 1180, 1440: 900}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
THUMBNAIL = 360
FONT = ROOT / "assets" / "fonts" / "Inter-500.ttf"
MAX_TEXT = 200
"""Percent; looked at on a phone, where it is tightest."""


async def look(product: Product, wanted: "Wanted") -> None:
    """Take every picture that is wanted."""
    async with chromium() as browser, httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=60) as api:
        check_in = date.today() + timedelta(days=75)  # noqa: DTZ011 - far ahead, whatever the zone
        dates = f"check_in={check_in}&check_out={check_in + timedelta(days=4)}"
        found = await api.get(
            "/search",
            params={
                "text": "Edinburgh",
                "check_in": str(check_in),
                "guests": 1,
                "check_out": str(check_in + timedelta(days=4)),
            },
        )
        slugs = [item["slug"] for item in found.raise_for_status().json()["items"]]
        homes = {slug: (await api.get(f"/properties/{slug}")).raise_for_status().json() for slug in slugs}
        slug, held, *_ = [slug for slug, home in homes.items() if home["instant_book"]]
        asking = next(slug for slug, home in homes.items() if not home["instant_book"])
        rented = await _a_stay_by_the_month(api)
        roles = {
            None: signed_out(slug, dates),
            SIGN_INS.tenant: tenant(slug, held, asking, dates, rented),
            SIGN_INS.landlord: landlord(*await _an_import_and_homes(api), rented),
            SIGN_INS.admin: ADMIN,
        }
        for email, screens in roles.items():
            for scheme in SCHEMES if wanted.pictures else SCHEMES[:1]:
                chosen = [screen for screen in screens if wanted.takes(screen)]
                await Visit(browser, product, email, scheme, wanted).of(chosen)


async def _signed_in(api: httpx.AsyncClient, email: str) -> dict[str, str]:
    tokens = await api.post("/auth/sign-in", json={"email": email, "password": SIGN_INS.password})
    return {"Authorization": f"Bearer {tokens.raise_for_status().json()['access_token']}"}


async def _a_stay_by_the_month(api: httpx.AsyncClient) -> str:
    """A stay of the demo's tenant with the demo's landlord that is paid month by month, agreed; it begins as soon as
    one of their homes is free, so that its first month is due where that can be."""
    tenant_, landlord_ = await _signed_in(api, SIGN_INS.tenant), await _signed_in(api, SIGN_INS.landlord)
    own = await api.get("/properties", params={"status": "published", "limit": 100}, headers=landlord_)
    homes = [(await api.get(f"/properties/{row['id']}")).json() for row in own.raise_for_status().json()["items"]]
    by_the_month = [home["id"] for home in homes if home["let_type"] == "monthly"]
    why = ""
    for ahead, nights, id_ in each_of((2, 9, 40, 75, 110, 150, 200), (92, 61), by_the_month):
        check_in = datetime.now(UTC).date() + timedelta(days=ahead)
        dates = {"check_in": str(check_in), "check_out": str(check_in + timedelta(days=nights)), "guests": 1}
        quote = await api.post("/quotes", json={"property_id": id_, **dates}, headers=tenant_)
        if quote.is_success:
            request_body = {"quote_id": quote.json()["id"]}
            booking = (await api.post("/bookings", json=request_body, headers=tenant_)).raise_for_status().json()
            agree, who = ("confirm", tenant_) if booking["status"] == "held" else ("accept", landlord_)
            (await api.post(f"/bookings/{booking['id']}/{agree}", headers=who)).raise_for_status()
            return str(booking["id"])
        why = quote.text
    raise LookupError(f"no home of the demo's landlord can be had by the month: {why}")


async def _an_import_and_homes(api: httpx.AsyncClient) -> tuple[str, str, str]:
    """A file that the demo's landlord has uploaded, a home of theirs that was sent back, and one on show."""
    headers = await _signed_in(api, SIGN_INS.landlord)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "homes.csv"
        write_messy_csv(file, 60, seed=7)
        run = await api.post("/imports?filename=homes.csv", content=file.read_bytes(), headers=headers)
    rejected, published = [
        (await api.get("/properties", params={"status": status, "limit": 50}, headers=headers))
        .raise_for_status()
        .json()
        for status in ("rejected", "published")
    ]
    priced = await _with_most_price_rules(api, [home["id"] for home in published["items"]])
    return str(run.raise_for_status().json()["id"]), str(rejected["items"][0]["id"]), priced


async def _with_most_price_rules(api: httpx.AsyncClient, ids: Sequence[str]) -> str:
    homes = [(await api.get(f"/properties/{id_}")).raise_for_status().json() for id_ in ids[:20]]
    rules = ("weekend_percent", "seasons", "length_discounts", "guests_included")
    return str(max(homes, key=lambda home: sum(home[rule] is not None for rule in rules))["id"])


@dataclass(frozen=True)
class Visit:
    """Someone who looks at screens in one colour scheme (no e-mail: a visitor)."""

    browser: Browser
    product: Product
    email: str | None
    scheme: Scheme
    wanted: "Wanted"

    async def of(self, screens: Sequence[Screen]) -> None:
        """Take the pictures: one window for all screens, but a new one for each of those that float over another."""
        resting = [screen for screen in screens if not screen.again]
        if resting:
            async with self._window(self.wanted.widths[0]) as shown:
                for screen in resting:
                    await self._pictures(shown, screen, self.wanted.widths)
        for screen in screens:
            for width in self.wanted.widths if screen.again else ():
                async with self._window(width) as shown:
                    await self._pictures(shown, screen, [width])

    @asynccontextmanager
    async def _window(self, width: int) -> AsyncIterator[Window]:
        async with window(self.browser, width=width, height=WIDTHS[width], scheme=self.scheme) as shown:
            if self.email is not None:
                await shown.open(f"{self.product.url}/app/account")
                await shown.fill_field("E-mail", self.email)
                await shown.fill_field("Password", SIGN_INS.password)
                await shown.page.get_by_role("button", name="Sign in", exact=True).last.click()
                await shown.see(self.email)
            yield shown

    async def _pictures(self, shown: Window, screen: Screen, widths: Sequence[int]) -> None:
        begun, opened = time.monotonic(), False
        now = (shown.page.viewport_size or {"width": 0})["width"]
        for width in sorted(widths, key=lambda width: abs(width - now)):
            if screen.app:
                await shown.resize(width, WIDTHS[width])
            else:
                await shown.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            if not opened:
                if not await self._open(shown, screen):
                    return
                opened = True
            if self.wanted.pictures:
                await shown.picture(self.wanted.folder / f"{screen.name}-{width}-{self.scheme}.png")
            if screen.app and self.scheme == "light":
                await self._audit(shown, screen, width)
        # Last, for it scrolls.
        if screen.app and self.scheme == "light":
            self.wanted.note(screen.name, *await audit.traps(shown))
        print(f"{screen.name}, {self.scheme}: {time.monotonic() - begun:.1f} s", flush=True)

    async def _open(self, shown: Window, screen: Screen) -> bool:
        """Whether the screen came; one that did not is a fault, and no end of the look at the others."""
        try:
            if screen.app:
                await shown.open(f"{self.product.url}/app{screen.path}")
            else:
                await shown.page.goto(f"{self.product.url}{screen.path}")
        except Error as problem:
            self.wanted.note(screen.name, f"this screen did not open: {problem.message.splitlines()[0]}")
            return False
        if screen.act is not None:
            try:
                await screen.act(shown)
            except Error as problem:
                self.wanted.note(screen.name, f"this state was not reached: {problem.message.splitlines()[0]}")
        return True

    async def _audit(self, shown: Window, screen: Screen, width: int) -> None:
        at = f"{screen.name} at {width}"
        self.wanted.note(at, *audit.findings(await audit.read(shown), width, WIDTHS[width]))
        if width != min(WIDTHS):
            return
        await audit.enlarge(shown, MAX_TEXT)
        large = audit.findings(await audit.read(shown), width, WIDTHS[width], MAX_TEXT)
        self.wanted.note(f"{at}, text at {MAX_TEXT} %", *large)
        await audit.enlarge(shown, 100)


@dataclass(frozen=True)
class Wanted:
    """Which screens, whether with pictures, where these go; and what was found wrong."""

    folder: Path
    widths: Sequence[int]
    only: frozenset[str]
    pictures: bool = True
    faults: list[str] = field(default_factory=list)

    def note(self, screen: str, *faults: str) -> None:
        """Something is wrong with a screen."""
        for fault in faults:
            self.faults.append(f"{screen}: {fault}")
            print(self.faults[-1], flush=True)

    def takes(self, screen: Screen) -> bool:
        """Whether this screen is asked for."""
        return not self.only or screen.name in self.only


def sheets(folder: Path) -> None:
    """One contact sheet for each width and scheme, with names."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            found = folder.glob(f"*-{width}-{scheme}.png")
            files = sorted(file for file in found if not file.name.startswith("sheet-"))
            if files:
                _sheet(files, f"-{width}-{scheme}.png").save(folder / f"sheet-{width}-{scheme}.png", optimize=True)


def _sheet(files: Sequence[Path], ending: str) -> Image.Image:
    pictures = [Image.open(file).convert("RGB") for file in files]
    size = THUMBNAIL if pictures[0].width < 1000 else 2 * THUMBNAIL
    for picture in pictures:
        picture.thumbnail((size, 2 * size))
    columns = max(1, min(len(pictures), 2200 // (size + 16)))
    height = max(picture.height for picture in pictures) + 40
    sheet = Image.new("RGB", (columns * (size + 16) + 16, math.ceil(len(pictures) / columns) * height + 16), "#777777")
    draw, font = ImageDraw.Draw(sheet), _font()
    for number, (file, picture) in enumerate(zip(files, pictures, strict=True)):
        left, top = 16 + number % columns * (size + 16), 12 + number // columns * height
        draw.text((left, top), file.name.removesuffix(ending), fill="white", font=font)
        sheet.paste(picture, (left, top + 24))
    return sheet


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    with suppress(OSError):
        return ImageFont.truetype(str(FONT), 16)
    return ImageFont.load_default()


def main() -> None:
    """Take the pictures and make the sheets."""
    parser = argparse.ArgumentParser(description="Pictures and an audit of every screen.")
    parser.add_argument("--out", type=Path, default=ROOT / "look")
    parser.add_argument("--only", default="", help="names of screens, with commas")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    parser.add_argument("--audit", action="store_true", help="no pictures, only what is wrong")
    given = parser.parse_args()
    only = frozenset(filter(None, given.only.split(",")))
    wanted = Wanted(given.out, [int(width) for width in given.widths.split(",")], only, not given.audit)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running(None, Path(folder)) as product:
        print(f"ready after {product.seconds_to_ready:.1f} s", flush=True)
        asyncio.run(look(product, wanted))
    if wanted.pictures:
        sheets(given.out)
    print(f"{time.monotonic() - begun:.0f} s, {len(wanted.faults)} faults", *wanted.faults, sep="\n")
    sys.exit(1 if wanted.faults else 0)


if __name__ == "__main__":
    main()
