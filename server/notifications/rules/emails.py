"""The words of a mail: a template a kind, in the reader's language, with times in the home's zone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment

from server.core.words import Translator, templates, translator
from shared_models.bookings import BookingSide
from shared_models.languages import Language
from shared_models.money import set_apart
from shared_models.notifications import NotificationKind, StayFacts

_TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Email:
    """A mail, ready to go. `id` is the same at every attempt, so that a mailbox can tell a repetition."""

    id: str
    to: str
    subject: str
    text: str
    html: str


def link_of(kind: NotificationKind, stay: StayFacts | None, token: str | None) -> str:
    """Where the client shows what a mail is about: the path below `/app`."""
    if kind is NotificationKind.VERIFY_EMAIL:
        return f"/verify-email?token={token}"
    if kind is NotificationKind.RESET_PASSWORD:
        return f"/reset-password?token={token}"
    if kind is NotificationKind.REGISTRATION_TRIED:
        return "/sign-in"
    if stay is None:
        return "/account"
    return f"/trips/{stay.booking_id}" if stay.side is BookingSide.TENANT else f"/landlord/stays/{stay.booking_id}"


def write(
    kind: NotificationKind,
    language: Language,
    *,
    id_: str,
    to: str,
    link: str,
    stay: StayFacts | None,
    moment: datetime,
) -> Email:
    """The mail of a kind, for a reader of `language`. `link` is the whole address; `moment` is when it happened."""
    values = {"stay": stay, "link": link, "moment": moment}
    blocks = {name: _block(kind, language, name, values) for name in ("subject", "words", "action")}
    page = {
        "subject": blocks["subject"],
        "paragraphs": [" ".join(part.split()) for part in blocks["words"].split("\n\n") if part.strip()],
        "action": blocks["action"],
        "facts": [] if stay is None else _facts(stay, translator(language)),
        "link": link,
    }
    text, html = (_templates(language, of).get_template(f"email.{of}").render(page) for of in ("txt", "html"))
    return Email(id=id_, to=to, subject=blocks["subject"], text=text, html=html)


def _block(kind: NotificationKind, language: Language, name: str, values: Mapping[str, Any]) -> str:
    template = _templates(language, "txt").get_template(f"{kind.value}.txt")
    rendered = "".join(template.blocks[name](template.new_context(dict(values)))).strip()
    return rendered if name == "words" else " ".join(rendered.split())


@cache
def _templates(language: Language, of: str) -> Environment:
    spoken = translator(language)
    return templates(_TEMPLATES, spoken, html=of == "html", filters={"moment": partial(_moment, spoken=spoken)})


def _facts(stay: StayFacts, spoken: Translator) -> list[tuple[str, str]]:
    t = spoken.t
    check_in = _day(stay.check_in, spoken) + (f", {_hour(stay.check_in_from)}" if stay.check_in_from else "")
    return [
        (t("Home"), stay.home_title),
        (t("Check-in"), check_in),
        (t("Check-out"), _day(stay.check_out, spoken)),
        (t("Guests"), str(stay.guests)),
        (t("Price"), set_apart(format_currency(stay.total.major, stay.total.currency.value, locale=spoken.locale))),
        (t("Reference"), stay.reference),
    ]


def _day(when: date, spoken: Translator) -> str:
    return format_date(when, "full", locale=spoken.locale)


def _hour(at: time) -> str:
    return at.strftime("%H:%M")


def _moment(when: datetime, zone: str, spoken: Translator) -> str:
    """`Wednesday, 25 November 2026, 18:00 (Europe/London)`: whose clock it is must be said in a mail."""
    there = when.astimezone(ZoneInfo(zone))
    return f"{_day(there.date(), spoken)}, {_hour(there.time())} ({zone})"
