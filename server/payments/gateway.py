"""The way to Stripe. No transaction is open meanwhile: whoever holds one is refused here.

Keys are ours: the id of a payment or a refund goes along as idempotency key, and in the object's metadata.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe

from server.core.database import refuse_in_transaction
from server.core.retries import FailedForGood, NeedsAttention
from server.core.settings import Settings
from server.payments.rules import (
    ActRequest,
    CardRequest,
    CustomerRequest,
    Moved,
    Page,
    PageRequest,
    RefundRequest,
    SeenCard,
    SeenDispute,
    SeenPayment,
    SeenRefund,
)
from shared_models.money import Currency, Money
from shared_models.payments import DisputeReason, DisputeStatus, RefundStatus

API_VERSION = "2026-10-28.endive"
"""What the SDK speaks; an event of another version says other things by the same names."""
PATIENCE_SECONDS = 10
CLOCKS_APART = 300
"""Seconds by which the provider's clock and ours may differ."""
Json = dict[str, Any]
_EXPANDED = ["payment_intent.latest_charge.balance_transaction"]
_EXPANDED_REFUNDS = ["data.balance_transaction", "data.failure_balance_transaction"]
_REFUNDS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
_DISPUTES = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY_ANSWERED,
    "warning_closed": DisputeStatus.CLOSED,
    "needs_response": DisputeStatus.NEEDS_RESPONSE,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    # Who appeals has lost so far; an appeal that is won says so.
    "appeal_needs_response": DisputeStatus.LOST,
    "appeal_under_review": DisputeStatus.LOST,
    "prevented": DisputeStatus.CLOSED,
}
_REASONS = {
    "fraudulent": DisputeReason.FRAUDULENT,
    "product_not_received": DisputeReason.NOT_RECEIVED,
    "product_unacceptable": DisputeReason.NOT_AS_DESCRIBED,
    "credit_not_processed": DisputeReason.NOT_REFUNDED,
    "duplicate": DisputeReason.PAID_TWICE,
    "unrecognized": DisputeReason.UNRECOGNISED,
}
_MISSING = "resource_missing"
"""The code of what is not there, or not any more."""
_DISPUTED = "charge_disputed"
"""The code of what is refused because a bank has taken the payment back (docs.stripe.com/error-codes)."""


class Refused(FailedForGood):
    """Stripe says that what was asked cannot be. Its code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFoundThere(FailedForGood):
    """It was sent too long ago to be sent again, and Stripe has nothing of it."""


class NotReached(Exception):
    """Nobody answered, or the answer was that it does not work now."""


class KeyRefused(NeedsAttention):
    """Stripe does not take our secret key."""


class _Outside(stripe.HTTPXClient):
    """Goes out only when no transaction is open."""

    async def request_async(self, *args: Any, **named: Any) -> Any:
        refuse_in_transaction()
        return await super().request_async(*args, **named)


@asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[stripe.StripeClient]:
    """A client whose errors have our names."""
    http = _Outside(timeout=PATIENCE_SECONDS)
    client = stripe.StripeClient(
        settings.stripe_key,
        base_addresses={"api": settings.stripe_origin},
        http_client=http,
        max_network_retries=0,
        stripe_version=API_VERSION,
    )
    try:
        yield client
    except (stripe.AuthenticationError, stripe.PermissionError) as problem:
        raise KeyRefused(problem.code or "") from None
    except stripe.InvalidRequestError as problem:
        raise Refused(problem.code or problem.param or "") from None
    except (stripe.IdempotencyError, stripe.CardError) as problem:
        raise Refused(problem.code or "idempotency") from None
    except stripe.StripeError as problem:
        raise NotReached(type(problem).__name__) from None
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


async def make_customer(settings: Settings, request: CustomerRequest) -> str:
    """Have somebody known who is to pay, once; their id. Nothing is said of them: what a page needs it asks for itself.
    Raises Refused, NotReached, KeyRefused."""
    params: Any = {"metadata": {"person_id": str(request.person_id)}}
    async with calling(settings) as client:
        found = await _find_customer(client, request) if request.may_be_there else None
        if found is not None:
            return found
        return (await client.v1.customers.create_async(params, {"idempotency_key": request.key})).id


async def _find_customer(client: stripe.StripeClient, request: CustomerRequest) -> str | None:
    since = int(request.since.timestamp()) - CLOCKS_APART
    found = await client.v1.customers.list_async({"created": {"gte": since}, "limit": 100})
    async for customer in found.auto_paging_iter():
        if customer.to_dict()["metadata"].get("person_id") == str(request.person_id):
            return customer.id
    return None


async def delete_customer(settings: Settings, customer_id: str) -> None:
    """Have somebody forgotten; what they paid stays. One that is forgotten already is left. Raises Refused, NotReached,
    KeyRefused."""
    async with calling(settings) as client:
        try:
            await client.v1.customers.delete_async(customer_id)
        except stripe.InvalidRequestError as problem:
            if problem.code != _MISSING:
                raise


async def read_cards(settings: Settings, customer_id: str) -> Sequence[SeenCard]:
    """The cards that somebody had saved on the provider's page; whoever is forgotten there has none. Raises Refused,
    NotReached, KeyRefused.

    Only those that may be shown to them again: that is what ticking the box says.
    """
    saved: Any = {"allow_redisplay": "always", "type": "card", "limit": 100}
    async with calling(settings) as client:
        try:
            found = await client.v1.customers.payment_methods.list_async(customer_id, saved)
        except stripe.InvalidRequestError as problem:
            if problem.code != _MISSING:
                raise
            return []
        return [_seen_card(method.to_dict()) async for method in found.auto_paging_iter()]


async def detach_card(settings: Settings, request: CardRequest) -> None:
    """Have a card kept no longer; one that is not kept any more is left. Raises Refused, NotReached, KeyRefused."""
    async with calling(settings) as client:
        methods = client.v1.payment_methods
        try:
            await methods.detach_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError as problem:
            if problem.code == _MISSING:
                return
            if (await methods.retrieve_async(request.external_id)).customer is not None:
                raise


async def open_page(settings: Settings, request: PageRequest) -> SeenPayment:
    """Have a page made on which a payment can be paid, once. Raises Refused, NotFoundThere, NotReached, KeyRefused."""
    params, key = _page_params(settings, request), str(request.payment_id)
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            session = await _find_page(client, request)
        else:
            try:
                session = await client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})
            except stripe.APIError as problem:
                if not _is_replayed(problem):
                    raise
                session = await _find_page(client, request)
    return _seen(request.payment_id, session.to_dict() | {"payment_intent": None}, [])


async def _find_page(client: stripe.StripeClient, request: PageRequest) -> stripe.checkout.Session:
    since = int(request.made_at.timestamp()) - CLOCKS_APART
    found = await client.v1.checkout.sessions.list_async({"created": {"gte": since}, "limit": 100})
    async for session in found.auto_paging_iter():
        if session.client_reference_id == str(request.payment_id):
            return session
    raise NotFoundThere


def _is_replayed(problem: stripe.StripeError) -> bool:
    """Whether this is what the same key was answered before: it will be for a day, so what came of it is looked up."""
    return {name.lower(): value for name, value in (problem.headers or {}).items()}.get("idempotent-replayed") == "true"


def _page_params(settings: Settings, request: PageRequest) -> Any:
    bill, ours = request.bill, {"payment_id": str(request.payment_id)}
    back = f"{settings.public_origin}{bill.return_path}"
    total = bill.parts.total
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "allowed_payment_method_types": ["card"],  # a method that pays days later cannot keep nights
        "adaptive_pricing": {"enabled": False},  # the price that was shown is the price
        # Whoever pays may have their card saved, and is offered it the next time. Nothing is charged without them, so
        # there is no `setup_future_usage`.
        "saved_payment_method_options": {"payment_method_save": "enabled"},
        "customer": request.customer_id,
        "client_reference_id": str(request.payment_id),
        "metadata": ours,
        "expires_at": int(bill.expires_at.timestamp()),
        "success_url": _after_paying(back),
        "cancel_url": back,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": total.currency.value.lower(),
                    "unit_amount": total.amount_minor,
                    "product_data": {"name": bill.title},
                },
            }
        ],
        "payment_intent_data": {
            "capture_method": "manual" if bill.is_held else "automatic",
            "metadata": ours,
            "transfer_group": bill.subject.owner,
        },
    }


def _after_paying(back: str) -> str:
    """Where the page leads once it took the payment. Nothing is believed for it: the client only knows that it may take
    a while until we have heard of it, and asks for no other payment meanwhile.
    """
    return f"{back}{'&' if '?' in back else '?'}paid=1"


async def read_payment(settings: Settings, payment_id: UUID, session_id: str) -> SeenPayment:
    """What has become of a payment, its refunds and its disputes. Raises Refused, NotReached, KeyRefused.

    Disputes are read before refunds: of a refund that was there before a dispute we never hear later than of that.
    """
    async with calling(settings) as client:
        session = await client.v1.checkout.sessions.retrieve_async(session_id, {"expand": _EXPANDED})
        intent: Any = session.payment_intent
        known = intent is not None and not isinstance(intent, str)
        disputes = await _disputes_of(client, intent.id) if known else []
        refunds = await _refunds_of(client, intent.id) if known else []
    return replace(_seen(payment_id, session.to_dict(), refunds), disputes=disputes)


async def _disputes_of(client: stripe.StripeClient, intent_id: str) -> Sequence[SeenDispute]:
    found = await client.v1.disputes.list_async({"payment_intent": intent_id, "limit": 100})
    return [_seen_dispute(dispute.to_dict()) async for dispute in found.auto_paging_iter()]


async def _refunds_of(client: stripe.StripeClient, intent_id: str) -> Sequence[SeenRefund]:
    found = await client.v1.refunds.list_async({"payment_intent": intent_id, "limit": 100, "expand": _EXPANDED_REFUNDS})
    return [_seen_refund(refund.to_dict()) async for refund in found.auto_paging_iter()]


async def send_refund(settings: Settings, request: RefundRequest) -> SeenRefund | None:
    """Have an amount sent back, once; None: a bank disputes the payment. Raises Refused, NotFoundThere, NotReached,
    KeyRefused."""
    params: Any = {
        "payment_intent": request.intent_id,
        "amount": request.amount.amount_minor,
        "metadata": {"refund_id": str(request.refund_id)},
        "expand": ["balance_transaction", "failure_balance_transaction"],
    }
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            return await _find_refund(client, request)
        try:
            refund = await client.v1.refunds.create_async(params, {"idempotency_key": request.key})
        except stripe.InvalidRequestError as problem:
            if problem.code != _DISPUTED:
                raise
            return None
        except stripe.APIError as problem:
            if not _is_replayed(problem):
                raise
            return await _find_refund(client, request)
    return _seen_refund(refund.to_dict())


async def _find_refund(client: stripe.StripeClient, request: RefundRequest) -> SeenRefund:
    for seen in await _refunds_of(client, request.intent_id):
        if seen.refund_id == request.refund_id:
            return seen
    raise NotFoundThere


async def end_page(settings: Settings, request: ActRequest) -> None:
    """Have a page ended on which nobody shall pay any more; one that is no longer open is left as it is. Raises
    Refused, NotReached, KeyRefused."""
    async with calling(settings) as client:
        sessions = client.v1.checkout.sessions
        try:
            await sessions.expire_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError:
            if (await sessions.retrieve_async(request.external_id)).status == Page.OPEN:
                raise


async def capture(settings: Settings, request: ActRequest) -> None:
    """Have captured what a card holds: all of it, once. Raises Refused when it is not held any more, NotReached,
    KeyRefused."""
    async with calling(settings) as client:
        intents = client.v1.payment_intents
        try:
            await intents.capture_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError:
            if (await intents.retrieve_async(request.external_id)).status != "succeeded":
                raise


async def void(settings: Settings, request: ActRequest) -> None:
    """Have a card let go of what it holds; what was captured or let go meanwhile is left as it is. Raises Refused,
    NotReached, KeyRefused."""
    async with calling(settings) as client:
        intents = client.v1.payment_intents
        try:
            await intents.cancel_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError:
            if (await intents.retrieve_async(request.external_id)).status not in ("canceled", "succeeded"):
                raise


def _seen(payment_id: UUID, session: Json, refunds: Sequence[SeenRefund]) -> SeenPayment:
    intent: Json = session.get("payment_intent") or {}
    charge: Json = intent.get("latest_charge") or {}
    ends = ((charge.get("payment_method_details") or {}).get("card") or {}).get("capture_before")
    is_captured = charge.get("captured", False)
    return SeenPayment(
        payment_id,
        session["id"],
        Page(session["status"]),
        page_url=session["url"],
        intent_id=intent.get("id"),
        is_held_by_card=intent.get("status") == "requires_capture",
        is_let_go=intent.get("status") == "canceled",
        capture_before=None if ends is None else _instant(ends),
        captured=_money(charge["amount_captured"], charge["currency"]) if is_captured else None,
        moved=_moved(charge["balance_transaction"]) if is_captured else None,
        refunds=refunds,
    )


def _seen_refund(refund: Json) -> SeenRefund:
    return SeenRefund(
        external_id=refund["id"],
        refund_id=_uuid((refund.get("metadata") or {}).get("refund_id")),
        status=_REFUNDS[refund["status"]],
        amount=_money(refund["amount"], refund["currency"]),
        left=_moved(refund["balance_transaction"]),
        came_back=_moved(refund.get("failure_balance_transaction")),
        created_at=_instant(refund["created"]),
    )


def _seen_card(method: Json) -> SeenCard:
    card: Json = method["card"]
    return SeenCard(
        external_id=method["id"],
        brand=card["brand"],
        last4=card["last4"],
        exp_month=card["exp_month"],
        exp_year=card["exp_year"],
        saved_at=_instant(method["created"]),
    )


def _seen_dispute(dispute: Json) -> SeenDispute:
    ends = dispute["evidence_details"].get("due_by")
    return SeenDispute(
        external_id=dispute["id"],
        status=_DISPUTES[dispute["status"]],
        reason=_REASONS.get(dispute["reason"], DisputeReason.OTHER),
        amount=_money(dispute["amount"], dispute["currency"]),
        answer_by=None if ends is None else _instant(ends),
        moved=[_movement(transaction) for transaction in dispute["balance_transactions"]],
        opened_at=_instant(dispute["created"]),
    )


def _uuid(given: str | None) -> UUID | None:
    """An id of ours; None for what somebody else has written there."""
    try:
        return UUID(given or "")
    except ValueError:
        return None


def _moved(transaction: Json | None) -> Moved | None:
    return None if transaction is None else _movement(transaction)


def _movement(transaction: Json) -> Moved:
    return Moved(
        transaction["id"],
        _money(transaction["amount"], transaction["currency"]),
        _money(transaction["fee"], transaction["currency"]),
        _instant(transaction["created"]),
    )


def _money(amount: int, currency: str) -> Money:
    return Money(amount_minor=amount, currency=Currency(currency.upper()))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
