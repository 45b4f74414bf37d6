"""Every part in all its states on one page, to look at.

python tools/parts_page.py --port 8551                     # serves http://127.0.0.1:8551/app/
python tools/parts_page.py --pictures look/parts           # writes parts-{390,1440}-{light,dark}.png
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import flet as ft
import flet.fastapi as flet_fastapi
import uvicorn

from client.core import boundaries, flet_session
from client.design import buttons, chips, date_range, feedback, fields, layout, navigation, progress, sheets, table
from client.design.date_range_rules import DateRange, StayRules
from client.design.layout import SizeClass, use_size
from client.design.navigation import Place
from client.design.text import amount, header, one_line, price, text
from client.design.theme import apply_theme
from client.design.tokens import Colour, Status, Style
from client.parts.failure_view import failure_view

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = "爱丁堡市中心公寓 🏰 Café – naïve ★ Αθήνα Москва مرحبا שלום हिन्दी ひらがな 漢字 한국어 ✓ → ไทย"

WORDS = date_range.DateWords(
    weekdays=("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    month=lambda day: day.strftime("%B %Y"),
    day=lambda day: day.strftime("%A %-d %B"),
    off=lambda off: {"taken": "taken", "past": "in the past", "too_short": "3 nights is the minimum stay here"}.get(
        off.value, "not free for a stay"
    ),
    summary=lambda r: f"{r.nights} nights · minimum stay here: 3" if r.complete else "Choose your check-out",
    check_in="check-in",
    check_out="check-out",
    inside="in your stay",
    previous="Previous month",
    next="Next month",
    clear="Clear",
)
RULES = StayRules(
    first=date(2026, 12, 1),
    taken=frozenset(date(2026, 12, d) for d in (3, 4, 5, 18, 19, 26, 27)),
    shortest=3,
    last=date(2027, 5, 31),
)
PLACES = (
    Place("search", "Search", ft.Icons.SEARCH_ROUNDED, ft.Icons.SEARCH_ROUNDED),
    Place("saved", "Saved", ft.Icons.FAVORITE_BORDER_ROUNDED, ft.Icons.FAVORITE_ROUNDED),
    Place("trips", "Trips", ft.Icons.LUGGAGE_OUTLINED, ft.Icons.LUGGAGE_ROUNDED),
    Place(
        "messages",
        "Messages",
        ft.Icons.CHAT_BUBBLE_OUTLINE_ROUNDED,
        ft.Icons.CHAT_BUBBLE_ROUNDED,
        count=3,
        count_label="3 unread",
    ),
    Place("account", "Account", ft.Icons.PERSON_OUTLINE_ROUNDED, ft.Icons.PERSON_ROUNDED),
)


def nothing(*_: object) -> None:
    """For parts that are only looked at."""


def panel(title: str, *controls: ft.Control) -> ft.Control:
    """A card with a caption."""
    return layout.card(
        ft.Column(
            [text(title, Style.SMALL_STRONG, Colour.TEXT_2), *controls],
            spacing=14,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


@ft.component
def Buttons() -> ft.Control:
    """All kinds and states."""
    page = ft.context.page
    row = [
        buttons.filled("Book", nothing),
        buttons.filled("Book", nothing, disabled=True),
        buttons.filled("Booking…", nothing, busy=True),
        buttons.outlined("Message", nothing),
        buttons.outlined("Cancel the stay", nothing, danger=True),
        buttons.quiet("Cancel", nothing),
        buttons.quiet("Why this price", nothing, accent=True),
        buttons.icon_button(ft.Icons.FAVORITE_BORDER_ROUNDED, "Save the home", nothing),
        buttons.icon_button(ft.Icons.NOTIFICATIONS_NONE_ROUNDED, "Notifications, 2 new", nothing, badge="2"),
        buttons.icon_button(ft.Icons.CHEVRON_LEFT_ROUNDED, "Earlier", nothing, outlined=True),
    ]
    opens = [
        buttons.outlined(
            "Open a sheet",
            lambda _: sheets.open_sheet(page, "Why this price", text("Friday costs more."), close_name="Close"),
        ),
        buttons.outlined(
            "Show a toast",
            lambda _: feedback.toast(page, "Removed from Saved.", undo=nothing, undo_label="Undo"),
        ),
    ]
    return panel("Buttons", ft.Row(row, wrap=True), ft.Row(opens, wrap=True))


@ft.component
def Fields() -> ft.Control:
    """Fields at rest, with an error, and the others."""
    price_text, set_price = ft.use_state("94.00")
    fee, set_fee = ft.use_state("410.00")
    secret, set_secret = ft.use_state("correct horse")
    guests, set_guests = ft.use_state(2)
    agreed, set_agreed = ft.use_state(True)
    kind, set_kind = ft.use_state("flat")
    return panel(
        "Form fields",
        fields.text_field("Price a night", price_text, set_price, unit="£", help="Similar homes nearby: £82 to £118"),
        fields.text_field(
            "Cleaning, once", fee, set_fee, unit="£", error="More than three nights cost. Did you mean £41.00?"
        ),
        fields.PasswordField("Password", secret, set_secret, show_name="Show password", hide_name="Hide password"),
        fields.select("Type of home", kind, [("flat", "Flat"), ("room", "Room"), ("house", "House")], set_kind),
        fields.text_field("About the home", "", nothing, lines=3, hint="What makes it good to stay in"),
        fields.stepper(
            "Guests", guests, set_guests, less_name="Fewer guests", more_name="More guests", least=1, note="At most 4"
        ),
        fields.checkbox("I have read the house rules", agreed, set_agreed),
        fields.choice_card("Card", "Visa ending 4242", True, nothing, icon=ft.Icons.CREDIT_CARD_ROUNDED),
        fields.error_summary("1 field to correct", nothing, action="Go to it"),
    )


@ft.component
def Dates(months: int) -> ft.Control:
    """The calendar with a stay chosen."""
    chosen, choose = ft.use_state(DateRange(date(2026, 12, 11), date(2026, 12, 14)))
    return panel("Dates", date_range.DateRangePicker(chosen, RULES, lambda r: choose(r), words=WORDS, months=months))


@boundaries.panel
def Broken() -> ft.Control:
    """A part whose render fails."""
    raise ValueError("this part always fails")


def status_panel() -> ft.Control:
    """The four statuses, tags, filter chips and segments."""
    return panel(
        "Chips",
        ft.Row(
            [
                chips.status_chip("Confirmed", Status.SUCCESS),
                chips.status_chip("Pay by Thu 18:00", Status.WAITING),
                chips.status_chip("Payment failed", Status.DANGER),
                chips.status_chip("Draft", Status.NEUTRAL, ft.Icons.EDIT_OUTLINED),
                chips.tag("You", accent=True),
                chips.tag("Morag"),
            ],
            wrap=True,
        ),
        chips.chip_row(
            [
                chips.filter_chip("Filters · 2", nothing, chosen=True, icon=ft.Icons.TUNE_ROUNDED),
                chips.filter_chip("Under £400", nothing, chosen=True, removable=True, name="Under £400, remove"),
                chips.filter_chip("Wi-Fi", nothing, chosen=True, name="Wi-Fi, chosen"),
                chips.filter_chip("Step-free", nothing),
                chips.filter_chip("Pets", nothing, disabled=True),
            ]
        ),
        chips.segments([("2", "2 weeks"), ("3", "3 weeks"), ("m", "Month")], "3", nothing),
    )


def text_panel() -> ft.Control:
    """Type styles, figures and scripts."""
    return panel(
        "Text",
        header("126 homes free", 1),
        header("What this home has", 2, style=Style.H2),
        text("Georgian Boutique Apt City Centre", Style.H3),
        price("£328.04", "for 3 nights"),
        ft.Column([amount("£111.11"), amount("£888.88", strong=True)], spacing=0),
        one_line("One line that is far too long for the room it has and ends in an ellipsis after that " * 2),
        text("struck", struck=True),
        text(SCRIPTS, Style.H3),
    )


def feedback_panels() -> list[ft.Control]:
    """Loading, empty, failed, banner, progress."""
    return [
        panel("Loading", feedback.skeleton(feedback.grey_lines())),
        panel(
            "Empty",
            feedback.empty(
                "No stays yet",
                "Homes you ask for appear here, with what happens next.",
                action="Find a home",
                on_action=nothing,
            ),
        ),
        panel(
            "Failed",
            feedback.failure(
                "The price did not load",
                "Your dates are kept. Check the connection, then try again.",
                retry="Try again",
                on_retry=nothing,
            ),
            Broken(),
        ),
        panel(
            "Banner, note, progress",
            feedback.banner("Something failed. Reference 9529c191.", close_name="Close", on_close=nothing),
            feedback.note("Friday and Saturday cost 15 % more here.", title="Why this price"),
            progress.progress("Sending 3 of 7 photos", 0.42, note="You can leave this page"),
        ),
    ]


def table_panel(size: SizeClass) -> ft.Control:
    """A table, or its cards on a phone."""
    rows = [
        ("25 Nov", "Isla Reid", chips.status_chip("Waits", Status.WAITING), "299.00"),
        ("24 Nov", "Mei Tanaka", chips.status_chip("On hold", Status.NEUTRAL), "430.00"),
        ("20 Nov", "Payout", chips.status_chip("Arrived", Status.SUCCESS), "−712.60"),
    ]
    columns = [
        table.Column[tuple[str, str, ft.Control, str]]("Date", lambda r: r[0], sort_key="date"),
        table.Column[tuple[str, str, ft.Control, str]]("Who", lambda r: r[1], wide=2),
        table.Column[tuple[str, str, ft.Control, str]]("Status", lambda r: r[2], wide=2),
        table.Column[tuple[str, str, ft.Control, str]]("Amount", lambda r: r[3], figure=True),
    ]
    return table.table(
        columns,
        rows,
        size=size,
        row_name=lambda r: f"{r[1]}, {r[3]}",
        on_row=nothing,
        chosen=lambda r: r[1] == "Payout",
        sorting=table.Sorting("date", True, "newest first"),
        on_sort=nothing,
    )


def columns_of(panels: Sequence[ft.Control], count: int) -> ft.Control:
    """Panels side by side."""
    groups = [
        ft.Column(list(panels[i::count]), spacing=20, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        for i in range(count)
    ]
    return ft.Row([*groups], spacing=20, vertical_alignment=ft.CrossAxisAlignment.START)


@ft.component
def PartsPage() -> ft.Control:
    """All of it in the frame of the size class."""
    size = use_size()
    phone = size is SizeClass.PHONE
    panels = [
        Buttons(),
        Fields(),
        Dates(1),
        text_panel(),
        status_panel(),
        *feedback_panels(),
    ]
    count = {SizeClass.PHONE: 1, SizeClass.TABLET: 2, SizeClass.DESKTOP: 3}[size]
    title = layout.page_header(
        "Components", "Every part with the states it can have.", [buttons.outlined("Share", nothing)]
    )
    rails = ft.Row(
        [
            ft.Container(navigation.rail(PLACES, "trips", nothing, extended=extended), height=420)
            for extended in (True, False)
        ]
    )
    body = layout.scroll_page(
        [title, table_panel(size), columns_of(panels, count), Dates(1 if phone else 2), rails], size
    )
    bar = navigation.bottom_bar(PLACES, "trips", nothing)
    if phone:
        return layout.page_frame(body, bottom=bar)
    lead = ft.Row([navigation.brand(), navigation.top_places(PLACES[:4], "search", nothing)], spacing=24, tight=True)
    return layout.page_frame(body, top=navigation.top_bar(lead, trail=[buttons.quiet("List your home", nothing)]))


def main(page: ft.Page) -> None:
    """The page's entry."""
    apply_theme(page)
    page.title = "Components"
    page.render(PartsPage)


def server() -> uvicorn.Server:
    """The page under /app, as the product serves its client."""
    flet_session.install(show_failure=failure_view)
    app = flet_fastapi.FastAPI()
    app.mount("/app", flet_fastapi.app(main, assets_dir=str(ROOT / "assets"), no_cdn=True))
    return uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))


@asynccontextmanager
async def running(port: int = 0) -> AsyncIterator[str]:
    """Serve the page; yields its address."""
    serving = server()
    serving.config.port = port
    task = asyncio.create_task(serving.serve())
    while not serving.started:  # noqa: ASYNC110  uvicorn offers no event
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}/app/"
    serving.should_exit = True
    await task


async def pictures(folder: Path, widths: Sequence[int]) -> None:
    """Look at the page in a browser, light and dark."""
    from tests.browser.chromium import chromium, window

    async with running() as url, chromium() as browser:
        for width in widths:
            for scheme in ("light", "dark"):
                async with window(browser, width=width, height=3400 if width > 1000 else 6400, scheme=scheme) as w:
                    await w.open(url)
                    await w.see("Components")
                    print([line for line in w.console if "rror" in line or "ailed" in line or "404" in line][:20])
                    await w.picture(folder / f"parts-{width}-{scheme}.png")
                    print(width, scheme, "without a name:", await w.nameless())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8551)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--widths", type=int, nargs="*", default=[390, 1440])
    arguments = parser.parse_args()

    async def serve() -> None:
        async with running(arguments.port) as url:
            print(url)
            await asyncio.sleep(timedelta(days=1).total_seconds())

    asyncio.run(pictures(arguments.pictures, arguments.widths) if arguments.pictures else serve())
