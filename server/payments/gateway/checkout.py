"""Pages on which payments can be paid: made, looked up, and ended."""

from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import CLOCKS_APART, MISSING, CustomerMissing, NotFoundThere, calling, is_replayed
from server.payments.gateway.payments import seen_payment
from server.payments.rules import ActRequest, Page, PageRequest, SeenPayment


async def open_page(settings: Settings, request: PageRequest) -> SeenPayment:
    """Have a page made on which a payment can be paid, once. Raises CustomerMissing, Refused,
    NotFoundThere, NotReached, KeyRefused."""
    params, key = _page_params(settings, request), str(request.payment_id)
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            session = await _find_page(client, request)
        else:
            try:
                session = await client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})
            except stripe.APIError as problem:
                if not is_replayed(problem):
                    raise
                session = await _find_page(client, request)
            except stripe.InvalidRequestError as problem:
                if (problem.code, problem.param) == (MISSING, "customer"):
                    raise CustomerMissing(MISSING) from None
                raise
    return seen_payment(request.payment_id, session.to_dict() | {"payment_intent": None}, [])


async def _find_page(client: stripe.StripeClient, request: PageRequest) -> stripe.checkout.Session:
    since = int(request.made_at.timestamp()) - CLOCKS_APART
    found = await client.v1.checkout.sessions.list_async({"created": {"gte": since}, "limit": 100})
    async for session in found.auto_paging_iter():
        if session.client_reference_id == str(request.payment_id):
            return session
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
