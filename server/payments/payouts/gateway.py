"""Transfers to landlords' accounts, and what comes back of them. As in the room's own gateway, nobody calls while a
transaction is open."""

from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import CLOCKS_APART, NotFoundThere, calling, is_replayed
from server.payments.gateway.movements import Json, money, moved
from server.payments.payouts.rules import ReversalRequest, SeenTransfer, TransferRequest, settled_share
from shared_models.money import Currency

_INSUFFICIENT = "balance_insufficient"
"""The code of what our balance, or that of an account, does not cover (docs.stripe.com/error-codes)."""
_CHARGE = ["latest_charge.balance_transaction"]
_MOVED = ["balance_transaction"]


async def send_transfer(settings: Settings, request: TransferRequest) -> SeenTransfer | None:
    """Have an amount moved to an account as a part of a charge, once; None: our balance does not cover it now. Raises
    Refused, NotFoundThere, NotReached, KeyRefused."""
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            return await _find_transfer(client, request)
        params = await _transfer_params(client, request)
        try:
            transfer = await client.v1.transfers.create_async(params, {"idempotency_key": request.key})
        except stripe.InvalidRequestError as problem:
            if problem.code != _INSUFFICIENT:
                raise
            return None
        except stripe.APIError as problem:
            if not is_replayed(problem):
                raise
            return await _find_transfer(client, request)
    return _seen(transfer.to_dict())


async def _transfer_params(client: stripe.StripeClient, request: TransferRequest) -> Any:
    """The currency is that in which the charge was settled; its rate is the charge's own, which never changes."""
    intent = await client.v1.payment_intents.retrieve_async(request.intent_id, {"expand": _CHARGE})
    charge = intent.to_dict()["latest_charge"]
    settled = charge["balance_transaction"]
    amount = settled_share(request.amount, request.paid, money(settled["amount"], settled["currency"]))
    return {
        "amount": amount.amount_minor,
        "currency": amount.currency.value.lower(),
        "destination": request.account_id,
        "transfer_group": request.transfer_group,
        **({"source_transaction": charge["id"]} if request.is_of_charge else {}),
        "metadata": {"transfer_id": str(request.transfer_id)},
        "expand": _MOVED,
    }


async def _find_transfer(client: stripe.StripeClient, request: TransferRequest) -> SeenTransfer:
    since = int(request.asked_at.timestamp()) - CLOCKS_APART
    wanted: Any = {"destination": request.account_id, "created": {"gte": since}, "limit": 100}
    found = await client.v1.transfers.list_async(wanted | {"expand": ["data.balance_transaction"]})
    async for transfer in found.auto_paging_iter():
        told = transfer.to_dict()
        if (told["metadata"] or {}).get("transfer_id") == str(request.transfer_id):
            return _seen(told)
    raise NotFoundThere


async def reverse_transfer(settings: Settings, request: ReversalRequest) -> SeenTransfer | None:
    """Have a part of a transfer come back, once; None: the account does not have it. Raises Refused, NotFoundThere,
    NotReached, KeyRefused."""
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            return await _find_reversal(client, request)
        transfer = await client.v1.transfers.retrieve_async(request.transfer_external_id)
        settled = money(transfer.amount, transfer.currency)
        params: Any = {
            "amount": settled_share(request.amount, request.transferred, settled).amount_minor,
            "metadata": {"reversal_id": str(request.reversal_id)},
            "expand": _MOVED,
        }
        key: Any = {"idempotency_key": str(request.reversal_id)}
        try:
            reversal = await client.v1.transfers.reversals.create_async(request.transfer_external_id, params, key)
        except stripe.InvalidRequestError as problem:
            if problem.code != _INSUFFICIENT:
                raise
            return None
        except stripe.APIError as problem:
            if not is_replayed(problem):
                raise
            return await _find_reversal(client, request)
    return _seen(reversal.to_dict())


async def _find_reversal(client: stripe.StripeClient, request: ReversalRequest) -> SeenTransfer:
    wanted: Any = {"limit": 100, "expand": ["data.balance_transaction"]}
    found = await client.v1.transfers.reversals.list_async(request.transfer_external_id, wanted)
    async for reversal in found.auto_paging_iter():
        told = reversal.to_dict()
        if (told["metadata"] or {}).get("reversal_id") == str(request.reversal_id):
            return _seen(told)
    raise NotFoundThere


async def read_account_balance(settings: Settings, account_id: str, currency: Currency) -> int:
    """What an account has in a currency and can be taken back, in minor units, never below zero. Raises Refused,
    NotReached, KeyRefused."""
    async with calling(settings) as client:
        found = await client.v1.balance.retrieve_async({}, {"stripe_account": account_id})
    there = sum(part.amount for part in found.available if part.currency == currency.value.lower())
    return max(there, 0)


def _seen(transfer: Json) -> SeenTransfer:
    line = moved(transfer["balance_transaction"])
    if line is None:
        raise NotFoundThere
    return SeenTransfer(transfer["id"], line)
