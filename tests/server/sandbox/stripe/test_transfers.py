"""Transfers to connected accounts: out of our balance, no more than there is, and back as far as the account has it."""

from typing import Any

import pytest
import stripe

from tests.payment_provider import Provider

ACCOUNT = "acct_ann"


async def transfer(provider: Provider, charge: stripe.Charge | None, amount: int, **more: Any) -> stripe.Transfer:
    source = {} if charge is None else {"source_transaction": charge.id}
    wish: Any = {"amount": amount, "currency": "gbp", "destination": ACCOUNT, **source, **more}
    return await provider.stripe.v1.transfers.create_async(wish)


async def a_charge(provider: Provider, **more: Any) -> stripe.Charge:
    return await provider.charge_of(await provider.paid(**more))


async def held(provider: Provider) -> int:
    found = await provider.stripe.v1.balance.retrieve_async({}, {"stripe_account": ACCOUNT})
    return sum(part.amount for part in found.available)


async def test_a_transfer_leaves_our_balance_for_an_account(provider: Provider) -> None:
    charge = await a_charge(provider, payment_intent_data={"transfer_group": "booking:1"})
    before = await provider.balance()
    made = await transfer(provider, charge, 30_000, metadata={"transfer_id": "1"})
    assert (made.amount, made.source_transaction, made.transfer_group) == (30_000, charge.id, "booking:1")
    assert isinstance(made.balance_transaction, str)
    moved = await provider.stripe.v1.balance_transactions.retrieve_async(made.balance_transaction)
    assert (moved.amount, moved.fee, moved.reporting_category, moved.source) == (-30_000, 0, "transfer", made.id)
    assert await provider.balance() == before - 30_000
    assert await held(provider) == 30_000
    assert (await provider.events())[-1] == "transfer.created"
    found = await provider.stripe.v1.transfers.list_async({"transfer_group": "booking:1", "destination": ACCOUNT})
    assert [one.id for one in found.data] == [made.id]


async def test_no_more_of_a_charge_is_transferred_than_it_was(provider: Provider) -> None:
    charge, _ = await a_charge(provider), await a_charge(provider)
    made = await transfer(provider, charge, 41_000)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        await transfer(provider, charge, 201)
    await provider.stripe.v1.transfers.reversals.create_async(made.id, {"amount": 1})
    assert (await transfer(provider, charge, 201)).amount == 201


async def test_what_our_balance_does_not_cover_is_not_transferred(provider: Provider) -> None:
    charge = await a_charge(provider)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await transfer(provider, None, 100)  # what is pending counts for its own charge alone
    assert refused.value.code == "balance_insufficient"
    await provider.control(
        "settings/movement", category="payout", amount=-await provider.balance() + 99, currency="gbp"
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await transfer(provider, charge, 100)
    assert refused.value.code == "balance_insufficient"
    assert (await transfer(provider, charge, 99)).amount == 99


async def test_a_reversal_comes_back_as_far_as_the_account_covers_it(provider: Provider) -> None:
    made = await transfer(provider, await a_charge(provider), 30_000)
    await provider.control("settings/account-payout", account=ACCOUNT, amount=20_000)
    reversals = provider.stripe.v1.transfers.reversals
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await reversals.create_async(made.id, {"amount": 10_001})
    assert refused.value.code == "balance_insufficient"
    before = await provider.balance()
    back = await reversals.create_async(made.id, {"amount": 10_000, "metadata": {"reversal_id": "1"}})
    assert await provider.balance() == before + 10_000
    assert isinstance(back.balance_transaction, str)
    moved = await provider.stripe.v1.balance_transactions.retrieve_async(back.balance_transaction)
    assert (moved.amount, moved.reporting_category) == (10_000, "transfer_reversal")
    assert await held(provider) == 0
    found = await provider.stripe.v1.transfers.retrieve_async(made.id)
    assert (found.amount_reversed, found.reversed, found.reversals.data[0].id) == (10_000, False, back.id)
    assert [one.id for one in (await reversals.list_async(made.id)).data] == [back.id]
    with pytest.raises(stripe.InvalidRequestError, match="no more than what is left"):
        await reversals.create_async(made.id, {"amount": 20_001})


async def test_only_the_balance_is_asked_of_an_account(provider: Provider) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await provider.stripe.v1.charges.list_async({}, {"stripe_account": ACCOUNT})
    assert refused.value.code == "sandbox_unsupported"
