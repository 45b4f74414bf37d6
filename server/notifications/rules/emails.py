"""The words of a mail: a template a kind, in the reader's language, with times in the home's zone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

from server.core.words import Translator, templates, translator
from shared_models.bookings import BookingSide
from shared_models.languages import Language
from shared_models.notifications import NotificationKind, StayFacts
from shared_models.payment_words import Speech, whereabouts_words

_TEMPLATES = Path(__file__).parents[1] / "templates"
_ENDED = frozenset({NotificationKind.STAY_CANCELLED, NotificationKind.STAY_CANCELLED_BY_YOU, NotificationKind.NO_SHOW})
"""What tells what does go back; all others tell what would."""


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
    if stay.payment_id is not None and stay.side is BookingSide.TENANT:
        return f"/account/payments/{stay.payment_id}"
    if stay.rent is not None and stay.side is BookingSide.TENANT:
        return f"/trips/{stay.booking_id}/payment?month={stay.rent.number}"
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
    spoken = translator(language)
    refund = "" if stay is None else _refund(kind, stay, spoken)
    values = {"stay": stay, "link": link, "moment": moment, "refund": refund, **_money(stay, spoken)}
    values["due"] = "" if stay is None or stay.rent is None else spoken.day(stay.rent.due)
    blocks = {name: _block(kind, language, name, values) for name in ("subject", "words", "action")}
    page = {
        "subject": blocks["subject"],
        "paragraphs": [" ".join(part.split()) for part in blocks["words"].split("\n\n") if part.strip()],
        "action": blocks["action"],
        "facts": [] if stay is None else _facts(stay, spoken),
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
    return templates(
        _TEMPLATES, spoken, html=of == "html", filters={"moment": partial(_moment, spoken=spoken), "day": spoken.day}
    )


def _facts(stay: StayFacts, spoken: Translator) -> list[tuple[str, str]]:
    t = spoken.t
    check_in = spoken.day(stay.check_in) + (f", {_hour(stay.check_in_from)}" if stay.check_in_from else "")
    return [
        (t("Home"), stay.home_title),
        (t("Check-in"), check_in),
        (t("Check-out"), spoken.day(stay.check_out)),
        (t("Guests"), str(stay.guests)),
        (t("Price"), spoken.money(stay.total)),
        (t("Reference"), stay.reference),
    ]


def _money(stay: StayFacts | None, spoken: Translator) -> Mapping[str, str]:
    """The price of a stay and, of a message about money or a month, the amount and where the money is; "" of others."""
    if stay is None:
        return {"total": "", "amount": "", "where": ""}
    if stay.rent is not None:
        return {"total": spoken.money(stay.total), "amount": spoken.money(stay.rent.amount), "where": ""}
    if stay.money is None:
        return {"total": spoken.money(stay.total), "amount": "", "where": ""}
    where = whereabouts_words(stay.money, Speech(spoken.t, spoken.money, spoken.short_day))
    return {"total": spoken.money(stay.total), "amount": spoken.money(stay.money.amount), "where": where}


def _refund(kind: NotificationKind, stay: StayFacts, spoken: Translator) -> str:
    """What goes back of a stay that is paid through us, and when it becomes less; "" of any other."""
    if stay.refund is None:
        return ""
    t, tenant = spoken.t, stay.side is BookingSide.TENANT
    amounts = {
        "refund": spoken.money(stay.refund),
        "paid": spoken.money(stay.paid or stay.total),
        "other": stay.other_name,
    }
    if kind in _ENDED:
        if not stay.refund.amount_minor:
            return t("Nothing of {paid} goes back.", **amounts)
        if tenant:
            return t("{refund} of {paid} goes back to you.", **amounts)
        return t("{refund} of {paid} goes back to {other}.", **amounts)
    if not stay.refund.amount_minor:
        if tenant:
            return t("If you cancel, nothing of {paid} goes back to you.", **amounts)
        return t("If {other} cancels, nothing of {paid} goes back.", **amounts)
    if stay.refund_until is None or stay.refund_then is None:
        if tenant:
            return t("If you cancel, {refund} of {paid} goes back to you.", **amounts)
        return t("If {other} cancels, {refund} of {paid} goes back.", **amounts)
    amounts |= {"until": _moment(stay.refund_until, stay.zone, spoken), "less": spoken.money(stay.refund_then)}
    if tenant:
        return t(
            "If you cancel before {until}, {refund} of {paid} goes back to you; from then on it is {less}.", **amounts
        )
    return t("If {other} cancels before {until}, {refund} of {paid} goes back; from then on it is {less}.", **amounts)


def _hour(at: time) -> str:
    return at.strftime("%H:%M")


def _moment(when: datetime, zone: str, spoken: Translator) -> str:
    """`Wednesday, 25 November 2026, 18:00 (Europe/London)`: whose clock it is must be said in a mail."""
    there = when.astimezone(ZoneInfo(zone))
    return f"{spoken.day(there.date())}, {_hour(there.time())} ({zone})"
