"""Every screen with its states, as each role: where it is, and what is done there before one looks."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from client.design.layout import FACTS_FROM
from server.core.ids import new_id
from shared_models.areas import write_area
from tests.browser.chromium import Window
from tests.conftest import PASSWORD

Act = Callable[[Window], Awaitable[None]]


@dataclass(frozen=True)
class Screen:
    """A screen to look at: where it is, and what is done there before the picture is taken.

    `again` begins anew at each width: what floats over a screen does not always outlive a resize, and a reload finds
    the session as it was.
    """

    name: str
    path: str
    act: Act | None = None
    again: bool = False
    app: bool = True


def press(pattern: str, *more: str) -> Act:
    """Press the first button whose name has this in it, then the next."""

    async def act(shown: Window) -> None:
        for one in (pattern, *more):
            begun = time.monotonic()
            await shown.page.get_by_role("button", name=re.compile(one)).first.click(timeout=10_000)
            await shown.answered(begun)
            await shown.quiet(0.4)

    return act


async def registered(shown: Window) -> None:
    """Fill the registration with somebody new and send it."""
    await press("^Create an account$")(shown)
    for field, words in (("Your name", "Ting"), ("E-mail", f"{new_id()}@example.com"), ("Password", PASSWORD)):
        await shown.fill_field(field, words)
    await press("^Create account$")(shown)


AREA = write_area(((55.985, -3.20), (55.985, -3.15), (55.955, -3.15), (55.955, -3.20)))


async def draw(shown: Window) -> None:
    """Press three corners of an area on the map: left of its middle, right of it and above it."""
    await press("^Draw an area$")(shown)
    size = shown.page.viewport_size or {"width": 390, "height": 844}
    wide, left = (size["width"] * 0.44, size["width"] * 0.56) if size["width"] >= 1200 else (size["width"], 0.0)
    for across, down in ((0.3, 0.55), (0.7, 0.5), (0.5, 0.3)):
        await shown.page.mouse.click(left + wide * across, size["height"] * down)
        await shown.quiet(0.4)


_LAST_BUTTON = re.compile("^(Book and pay|Open the payment page)")


async def to_the_payment_page(shown: Window) -> bool:
    """Go on to the provider's page; where the stay is paid by now, to what came of that, and False."""
    await shown.page.get_by_role("button", name=re.compile(f"{_LAST_BUTTON.pattern}|^Look at them")).first.wait_for()
    if await shown.page.get_by_role("button", name="Look at them").count():
        await press("^Look at them$")(shown)
        await shown.open(f"{shown.page.url}/payment")
        return False
    await shown.page.get_by_role("button", name=_LAST_BUTTON).first.click()
    await shown.page.wait_for_url("**/sandbox/stripe/pay/**")
    return True


async def back_unpaid(shown: Window) -> None:
    """Go to the provider's page, and back without paying."""
    if await to_the_payment_page(shown):
        await shown.page.go_back()
        await shown.enable_semantics()
        await shown.see("Nothing is paid yet")


async def back_paid(shown: Window) -> None:
    """Pay there, and come back."""
    if await to_the_payment_page(shown):
        await shown.page.get_by_label("Card number").fill("4242 4242 4242 4242")
        await shown.page.get_by_role("button", name=re.compile("^Pay")).click()
        await shown.enable_semantics()
        await shown.see("Your stay is booked", within=30)


def signed_out(slug: str, dates: str) -> list[Screen]:
    register = press("^Create an account$", "^Create account$")
    wrong = f"/search?text=Edinburgh&{dates}&price_max=1"
    return [
        Screen("page", "/", app=False),
        Screen("search", "/search?text=Edinburgh"),
        Screen("search-dates", f"/search?text=Edinburgh&{dates}&guests=2"),
        Screen("search-empty", wrong),
        Screen("search-filters", "/search?text=Edinburgh", press("^Filters"), again=True),
        Screen("search-drawing", "/search?text=Edinburgh&view=map", draw, again=True),
        Screen("search-area", f"/search?area={AREA}"),
        Screen("search-near", "/search?latitude=55.9533&longitude=-3.1883&radius_km=1&near=Old+Town&sort=distance"),
        Screen("search-words", "/search?text=2+bed+near+the+castel+under+200"),
        Screen("search-close", "/search?text=castle+under+~C2~A35"),
        Screen("search-suggestions", "/search", press("^(Change the search|Where)"), again=True),
        Screen("search-edit", "/search?text=Edinburgh", press("^(Change the search|When)"), again=True),
        Screen("home", f"/homes/{slug}?{dates}"),
        Screen("home-dates", f"/homes/{slug}?{dates}", press("^(Change|Dates:)"), again=True),
        Screen("sign-in", "/sign-in"),
        Screen("sign-in-plain", "/sign-in", app=False),
        Screen("register-errors", "/sign-in", register),
        Screen("register-mail", "/sign-in", registered),
        Screen("forgot-password", "/forgot-password"),
        Screen("reset-password", "/reset-password?token=a-token-that-nobody-was-ever-sent"),
        Screen("verify-email-over", "/verify-email?token=a-token-that-nobody-was-ever-sent"),
        Screen("not-found", "/no/such/page"),
    ]


def tenant(slug: str, held: str, asking: str, dates: str, rented: str) -> list[Screen]:
    return [
        Screen("book", f"/homes/{slug}/book?{dates}&guests=1"),
        Screen("book-ask", f"/homes/{asking}/book?{dates}&guests=1"),
        Screen("payment-open", f"/homes/{held}/book?{dates}&guests=1", back_unpaid),
        Screen("book-held", f"/homes/{held}/book?{dates}&guests=1"),
        Screen("payment-agreed", f"/homes/{held}/book?{dates}&guests=1", back_paid),
        Screen("today", "/today"),
        Screen("trips", "/trips"),
        Screen("trip", "/trips", press(r"Confirmed")),
        Screen("trip-change", "/trips", press(r"Confirmed", "^Change dates"), again=True),
        Screen("trip-change-errors", "/trips", press(r"Confirmed", "^Change dates", "^See the new price$"), again=True),
        Screen("trip-cancel", "/trips", press(r"Confirmed", "^Cancel the stay"), again=True),
        Screen("trip-months", f"/trips/{rented}"),
        Screen("payment-month", f"/trips/{rented}/payment?month=1"),
        Screen("trips-past", "/trips?when=past"),
        Screen("account", "/account"),
        Screen("account-password", "/account", press("^Change the password"), again=True),
        Screen("account-delete", "/account/delete"),
        Screen("payments", "/account/payments"),
        Screen("payment", "/account/payments", press("is with EstoSpaces")),
        Screen("payment-methods", "/account/payment-methods"),
        Screen("notifications", "/notifications"),
        Screen("become-landlord", "/landlord/homes"),
    ]


async def tried(shown: Window) -> None:
    """Wait until the year to come is told; in a narrow window it lies below what is drawn."""
    if (shown.page.viewport_size or {"width": 390})["width"] >= FACTS_FROM:
        await shown.see("on average", within=30)


async def past(shown: Window) -> None:
    """Look at the stays of the past year once they are told."""
    await tried(shown)
    await press("^The past 12 months$")(shown)


async def price_wrongly(shown: Window) -> None:
    """Save prices that cannot be: no price at all, and a weekend far too dear."""
    await shown.fill_field("Price a night (must be filled in)", "")
    await shown.fill_field("Friday and Saturday", "200")
    await press("^Save$")(shown)


def landlord(import_id: str, home_id: str, published: str, rented: str) -> list[Screen]:
    prices = f"/landlord/homes/{published}?step=price"
    picked = press(r"(: choose nights to block|, free)$", r", free$")
    return [
        Screen("landlord-today", "/landlord/today"),
        Screen("landlord-homes", "/landlord/homes"),
        Screen("landlord-editor", "/landlord/homes/new"),
        Screen("landlord-editor-price", f"/landlord/homes/{home_id}?step=price"),
        Screen("landlord-prices", prices, tried),
        Screen("landlord-prices-past", prices, past),
        Screen("landlord-prices-errors", prices, price_wrongly, again=True),
        Screen("landlord-editor-look", f"/landlord/homes/{home_id}?step=look"),
        Screen("landlord-editor-errors", "/landlord/homes/new?step=look", press("^Send for review$")),
        Screen("landlord-calendar", "/landlord/calendar"),
        Screen("landlord-quarter", "/landlord/calendar?view=quarter"),
        Screen("landlord-block", "/landlord/calendar", picked, again=True),
        Screen("landlord-block-form", "/landlord/calendar", press("^Block dates$"), again=True),
        Screen("landlord-block-errors", "/landlord/calendar", press("^Block dates$", "^Block$"), again=True),
        Screen("landlord-link", "/landlord/calendar", press("^Calendar link$", "^(Make a link|Copy)$"), again=True),
        Screen("landlord-stays", "/landlord/stays"),
        Screen("landlord-accept", "/landlord/stays", press("^Accept$"), again=True),
        Screen("landlord-decline", "/landlord/stays", press("^Decline"), again=True),
        Screen("landlord-decline-errors", "/landlord/stays", press("^Decline", "^Decline the request"), again=True),
        Screen("landlord-stay", "/landlord/stays", press("^Look")),
        Screen("landlord-months", f"/landlord/stays/{rented}"),
        Screen("landlord-earnings", "/landlord/earnings"),
        Screen("landlord-earning", "/landlord/earnings", press(r"Paid out from|Waits|There is no account")),
        Screen("landlord-imports", "/landlord/import"),
        Screen("landlord-import-mapping", f"/landlord/import/{import_id}"),
    ]


ADMIN = [
    Screen("admin-today", "/admin/today"),
    Screen("admin-review", "/admin/review"),
    Screen("admin-review-back", "/admin/review?show=home_review", press("^Look at ", "^Send back$")),
    Screen(
        "admin-review-errors",
        "/admin/review?show=home_review",
        press("^Look at ", "^Send back$", "^Send it back$"),
        again=True,
    ),
    Screen("admin-review-phone", "/admin/review", press("^Look at ")),
    Screen("admin-imports", "/admin/import"),
    Screen("admin-payments", "/admin/payments"),
    Screen("admin-payments-sought", "/admin/payments?text=nobody"),
    Screen("admin-refunds", "/admin/refunds"),
    Screen("admin-disputes", "/admin/disputes"),
    Screen("admin-reconciliation", "/admin/reconciliation"),
]
