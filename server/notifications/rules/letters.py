"""The words of a mail: a template a kind, in the reader's language, with times in the home's zone. Pure."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared_models.bookings import BookingSide
from shared_models.money import Money, set_apart
from shared_models.notifications import NotificationKind, StayTold

LANGUAGE = "en_GB"
_LOCALE = Locale.parse(LANGUAGE)
_TRANSLATIONS = Path(__file__).parents[3] / "assets" / "translations"
_TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Letter:
    """A mail, ready to go. `id` is the same at every attempt, so that a mailbox can tell a repetition."""

    id: str
    to: str
    subject: str
    text: str
    html: str


def link_of(kind: NotificationKind, stay: StayTold | None, token: str | None) -> str:
    """Where the client shows what a mail is about: the path below `/app`."""
    if kind is NotificationKind.VERIFY_EMAIL:
        return f"/verify-email?token={token}"
    if kind is NotificationKind.RESET_PASSWORD:
        return f"/reset-password?token={token}"
    if stay is None:
        return "/account"
    return f"/trips/{stay.booking_id}" if stay.side is BookingSide.TENANT else f"/landlord/stays/{stay.booking_id}"


def write(kind: NotificationKind, *, id_: str, to: str, link: str, stay: StayTold | None, moment: datetime) -> Letter:
    """The mail of a kind. `link` is the whole address; `moment` is when it happened."""
    values = {"stay": stay, "link": link, "moment": moment}
    blocks = {name: _block(kind, name, values) for name in ("subject", "words", "action")}
    page = {
        "subject": blocks["subject"],
        "paragraphs": [" ".join(part.split()) for part in blocks["words"].split("\n\n") if part.strip()],
        "action": blocks["action"],
        "facts": [] if stay is None else _facts(stay),
        "link": link,
    }
    text, html = (_templates(of).get_template(f"letter.{of}").render(page) for of in ("txt", "html"))
    return Letter(id=id_, to=to, subject=blocks["subject"], text=text, html=html)


def _block(kind: NotificationKind, name: str, values: Mapping[str, Any]) -> str:
    template = _templates("txt").get_template(f"{kind.value}.txt")
    told = "".join(template.blocks[name](template.new_context(dict(values)))).strip()
    return told if name == "words" else " ".join(told.split())


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("messages", _TRANSLATIONS, languages=[LANGUAGE, "en"], fallback=True)


@cache
def _templates(of: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=of == "html",  # noqa: S701 - plain text is sent as plain text
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(_catalogue(), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(day=_day, moment=_moment)
    return environment


def _facts(stay: StayTold) -> list[tuple[str, str]]:
    say = _catalogue().gettext
    arrive = _day(stay.arrive) + (f", {_hour(stay.check_in_from)}" if stay.check_in_from else "")
    return [
        (say("Home"), stay.home_title),
        (say("Arrive"), arrive),
        (say("Leave"), _day(stay.leave)),
        (say("Guests"), str(stay.guests)),
        (say("Price"), _money(stay.total)),
        (say("Reference"), stay.reference),
    ]


def _day(when: date) -> str:
    return format_date(when, "EEEE d MMMM y", locale=_LOCALE)


def _hour(at: time) -> str:
    return at.strftime("%H:%M")


def _moment(when: datetime, zone: str) -> str:
    """`Wednesday 25 November 2026, 18:00 (Europe/London)`: whose clock it is must be said in a mail."""
    there = when.astimezone(ZoneInfo(zone))
    return f"{_day(there.date())}, {_hour(there.time())} ({zone})"


def _money(amount: Money) -> str:
    return set_apart(format_currency(amount.major, amount.currency.value, locale=_LOCALE))
