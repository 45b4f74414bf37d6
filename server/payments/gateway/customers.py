"""Those who pay, as Stripe knows them."""

from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import CLOCKS_APART, MISSING, calling
from server.payments.rules import CustomerRequest


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
            if problem.code != MISSING:
                raise
