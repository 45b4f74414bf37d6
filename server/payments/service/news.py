"""What is heard of payments: an event of the provider is only a knock; what is not heard of is asked after."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, inbox, jobs
from server.core.errors import NotFound
from server.core.inbox import Received, UnknownKind
from server.core.retries import FailedForGood
from server.core.settings import Settings
from server.payments.gateway.calling import API_VERSION
from server.payments.repository import Payments
from server.payments.rules import STRIPE
from server.payments.service import cards
from server.payments.service.signatures import event_id

LOOK = "payments.look"
ASKED_AFTER = timedelta(minutes=2)
"""Silence that is too long."""
DISPUTE_ASKED_AFTER = timedelta(hours=1)
"""A bank takes weeks to decide."""
MAX_ASKED_AFTER = 500
_HEARD = ("checkout.session.", "payment_intent.", "charge.", "refund.")
_HEARD_OF_CARDS = "payment_method."


class OtherVersion(FailedForGood):
    """An event of another version of the provider's API: its webhook endpoint is set up wrongly."""


async def receive(session: AsyncSession, settings: Settings, body: bytes, signature: str | None) -> None:
    """Keep an event, to be handled by a job. Raises NotSigned."""
    await inbox.receive(session, STRIPE, event_id(settings, body, signature), body)


async def hear(session: AsyncSession, received: Received) -> None:
    """Have a look at the payment, or at the cards, that an event is about. Raises UnknownKind, OtherVersion."""
    event = json.loads(received.body)
    if event.get("api_version") != API_VERSION:
        raise OtherVersion
    kind = str(event.get("type"))
    if kind.startswith(_HEARD_OF_CARDS):
        await cards.hear(session, event["data"])
        return
    if not kind.startswith(_HEARD):
        raise UnknownKind
    about = _ids(event["data"]["object"])
    payment_id = await Payments(session).known_as(about)
    if payment_id is not None:  # another program may use the same account
        await Payments(session).note_session(payment_id, about.get("session"))
        await look(session, payment_id)


def _ids(about: Mapping[str, Any]) -> dict[str, str]:
    """What tells a payment in an object of the provider's: whichever of its session, its intent and our own id."""
    kind, ids = about.get("object"), dict[str, str]()
    if kind == "checkout.session":
        ids["session"] = about["id"]
    intent = about.get("id") if kind == "payment_intent" else about.get("payment_intent")
    ours = (about.get("metadata") or {}).get("payment_id")
    return ids | {name: value for name, value in (("intent", intent), ("payment", ours)) if isinstance(value, str)}


async def look(session: AsyncSession, payment_id: UUID, *, is_asked_after: bool = False) -> None:
    """Have a look at a payment, as part of this transaction: a job reads what has come of it and tells its room."""
    more = {"is_asked_after": True} if is_asked_after else {}
    await jobs.defer(session, LOOK, {"payment_id": str(payment_id), **more})


async def check_now(session: AsyncSession, payment_id: UUID) -> None:
    """Have a look at a payment unless one is about to begin. Before it has a page there is nothing to look at.

    Under the payment's lock: of several who ask at once the others see the job of the first. Raises NotFound.
    """
    payment = await Payments(session).locked(payment_id)
    if payment is None:
        raise NotFound
    if payment.session_id is not None and not await jobs.waits(session, LOOK, {"payment_id": str(payment_id)}):
        await look(session, payment_id)


async def session_of(session: AsyncSession, payment_id: UUID) -> str | None:
    """The provider's id of a payment's page; None while there is none."""
    payment = await Payments(session).by_id(payment_id)
    return None if payment is None else payment.session_id


async def ask_after(session: AsyncSession) -> None:
    """Have a look at every payment of which nothing was heard for too long."""
    payments, now = Payments(session), clock.now()
    silent = await payments.unheard_of_since(now - ASKED_AFTER, MAX_ASKED_AFTER)
    disputed = await payments.undecided_since(now - DISPUTE_ASKED_AFTER, MAX_ASKED_AFTER)
    found = list(dict.fromkeys([*silent, *disputed]))
    await payments.note_look(found, now)
    for payment_id in found:
        await look(session, payment_id, is_asked_after=True)
