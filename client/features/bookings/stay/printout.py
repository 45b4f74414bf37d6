"""A booking on paper: one file of its own that any browser opens and prints, in the reader's language. Pure."""

from collections.abc import Sequence
from datetime import time
from html import escape

from client.core.language import day_long, hour, instant, money, t
from client.parts.facts import guests_words, nights_words
from client.parts.payment_words import paid_words
from client.parts.price_lines import line_words, when_words
from client.parts.price_rules import rules_words
from client.parts.status import status_words, zone_name
from client.parts.steps import deed_words, next_words
from shared_models.bookings import BookingRead, BookingSide
from shared_models.stay_dates import Stay, local_instant

Row = tuple[str, str]

_STYLE = """
body { font: 11pt/1.5 Inter, system-ui, sans-serif; color: #1C1917; max-width: 42rem; margin: 2rem auto; }
body { padding: 0 1rem; }
h1 { font-size: 18pt; line-height: 1.3; margin: 0; } h2 { font-size: 12pt; margin: 1.6rem 0 .3rem; }
p { margin: .2rem 0; } .brand { color: #C2410C; font-weight: 700; margin-bottom: 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem 0; vertical-align: top; }
th { font-weight: 400; color: #57524D; width: 40%; } td.sum { text-align: right; font-variant-numeric: tabular-nums; }
tr.total > * { border-top: 1px solid #8A827B; font-weight: 700; color: #1C1917; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def paper(booking: BookingRead, side: BookingSide) -> bytes:
    """The file: both parties, the home, the dates, the price, all that happened; it fetches nothing from anywhere."""
    home = booking.home
    title = t("Booking {reference}", reference=booking.reference)
    parts = [
        f'<p class="brand">EstoSpaces</p><h1>{escape(title)}</h1>',
        f"<p>{escape(status_words(booking)[0])}. {escape(next_words(booking, side))}</p>",
        f"<h2>{escape(home.title)}</h2>{_table(_facts(booking))}",
        f"<h2>{escape(t('The price'))}</h2>{_price(booking, side)}",
        f"<h2>{escape(t('What happened so far'))}</h2>{_table(_happened(booking, side))}",
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>".encode()


def file_name(booking: BookingRead) -> str:
    """`estospaces-7KQ2M9XA.html`."""
    return f"estospaces-{booking.reference}.html"


def _facts(booking: BookingRead) -> list[Row]:
    home = booking.home
    place = (home.address_line, home.postcode, home.neighbourhood, home.city)
    nights = Stay(check_in=booking.check_in, check_out=booking.check_out).nights
    return [
        (t("Where"), ", ".join(part for part in place if part)),
        (t("Check-in"), f"{day_long(booking.check_in)}{_at(booking, home.check_in_from, arrives=True)}"),
        (t("Check-out"), f"{day_long(booking.check_out)}{_at(booking, home.check_out_by, arrives=False)}"),
        (t("Guests"), f"{guests_words(booking.guests)}, {nights_words(nights)}"),
        (t("Guest"), booking.tenant_name),
        (t("Landlord"), booking.landlord_name),
    ]


def _at(booking: BookingRead, at: time | None, *, arrives: bool) -> str:
    if at is None:
        return ""
    zone = booking.home.zone
    told = zone_name(local_instant(booking.check_in if arrives else booking.check_out, at, zone), zone)
    words = (
        t("from {hour} {zone}", hour=hour(at), zone=told)
        if arrives
        else t("by {hour} {zone}", hour=hour(at), zone=told)
    )
    return f", {words}"


def _price(booking: BookingRead, side: BookingSide) -> str:
    rows = [
        (" · ".join(filter(None, (line_words(line), rules_words(line), when_words(line)))), money(line.amount))
        for line in booking.lines
    ]
    lines = "".join(f'<tr><th>{escape(name)}</th><td class="sum">{escape(sum_)}</td></tr>' for name, sum_ in rows)
    total = f'<th>{escape(t("Total"))}</th><td class="sum">{escape(money(booking.total))}</td>'
    paid = escape(paid_words(booking, side))
    return f'<table>{lines}<tr class="total">{total}</tr></table><p>{paid}</p>'


def _happened(booking: BookingRead, side: BookingSide) -> list[Row]:
    return [
        (
            instant(entry.at, booking.home.zone),
            deed_words(entry, booking, side) + (f": {entry.note}" if entry.note else ""),
        )
        for entry in booking.history or ()
    ]


def _table(rows: Sequence[Row]) -> str:
    return (
        "<table>"
        + "".join(f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>" for name, told in rows)
        + "</table>"
    )
