"""Who pays is known to the provider by an id, once, and forgotten there when they leave."""

import asyncio
from uuid import UUID

import pytest

from server.auth.events import AccountErased
from server.core.events import publish
from server.payments.service.data_export import data_export
from tests.server.payments.conftest import Till
from tests.server.stays import rows


async def known_there(till: Till) -> list[dict[str, str]]:
    """What the provider is told of each customer."""
    return [customer.to_dict() for customer in (await till.provider.stripe.v1.customers.list_async()).data]


async def known_here(till: Till) -> list[str]:
    return [row.customer_id for row in await rows(till.database, "SELECT customer_id FROM payment_customer")]


async def leave(till: Till, person_id: UUID) -> None:
    async with till.database.transaction() as session:
        await publish(session, AccountErased(identity_id=person_id))
    await till.work()


async def test_two_payments_of_one_person_are_of_one_customer_of_whom_nothing_is_said(till: Till) -> None:
    for _ in range(2):
        await till.paid()
    (customer,) = await known_there(till)
    assert (customer["metadata"], customer["email"], customer["name"]) == (
        {"person_id": str(till.payer_id)}, None, None,
    )  # fmt: skip
    sessions = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert {session.customer for session in sessions} == {customer["id"]} == set(await known_here(till))
    intents = (await till.provider.stripe.v1.payment_intents.list_async()).data
    assert {(intent.customer, intent.setup_future_usage) for intent in intents} == {(customer["id"], None)}


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_after", "error_before", "rate_limit"])
async def test_whatever_becomes_of_the_answer_there_is_one_customer(till: Till, fault: str) -> None:
    await till.provider.fault(fault, "/v1/customers")
    id_ = await till.bill()
    await till.work()
    assert (await till.payment(id_)).status == "intended"
    await till.again()
    assert [customer["id"] for customer in await known_there(till)] == await known_here(till)
    assert (await till.payment(id_)).status == "open"


async def test_whoever_was_deleted_at_the_provider_by_hand_is_made_known_anew_for_the_next_page(till: Till) -> None:
    await till.paid()
    (before,) = await known_here(till)
    await till.provider.stripe.v1.customers.delete_async(before)
    refused = await till.bill()
    await till.work()
    assert (await till.payment(refused)).status == "failed"
    paid = await till.bill()
    await till.work()
    assert (await till.payment(paid)).status == "open"
    assert [customer["id"] for customer in await known_there(till)] == await known_here(till) != [before]


async def test_two_bills_at_once_use_one_customer(till: Till) -> None:
    await asyncio.gather(*(till.bill() for _ in range(3)))
    await till.work()
    sessions = (await till.provider.stripe.v1.checkout.sessions.list_async()).data
    assert {session.customer for session in sessions} == set(await known_here(till))
    assert len(sessions) == 3


async def test_who_leaves_is_forgotten_by_the_provider_and_what_they_paid_stays(till: Till) -> None:
    paid = await till.paid()
    await till.provider.fault("drop_after", "/v1/customers")
    await leave(till, till.payer_id)
    assert len(await known_here(till)) == 1  # nobody has heard yet
    await till.again()
    assert (await known_there(till), await known_here(till)) == ([], [])
    await till.refund(paid.id, 4800, 400)
    await till.work()
    assert await till.clearing() == await till.provider.balance()


async def test_who_never_paid_is_nobody_to_forget(till: Till) -> None:
    await leave(till, till.payer_id)
    assert await till.waiting("payments.delete_customer") == 0


async def test_who_leaves_while_they_are_made_known_is_forgotten_again(till: Till) -> None:
    id_ = await till.bill()
    await till.database_says("UPDATE identity SET erased_at = now() WHERE id = :id", id=till.payer_id)
    await till.work()
    assert (await known_there(till), await known_here(till)) == ([], [])
    assert (await till.payment(id_)).status in ("open", "failed")


async def test_who_left_before_their_page_was_made_gets_none_and_the_room_hears_of_it(till: Till) -> None:
    await till.paid()
    id_ = await till.bill()
    await till.database_says("DELETE FROM payment_customer")
    await till.work()
    assert ((await till.payment(id_)).status, till.statuses[-1]) == ("failed", "failed")
    assert len((await till.provider.stripe.v1.checkout.sessions.list_async()).data) == 1


async def test_the_copy_of_what_is_kept_tells_by_which_id_the_provider_knows_them(till: Till) -> None:
    await till.paid()
    async with till.database.transaction() as session:
        mine = await data_export(session, till.payer_id)
    assert mine["payment_customers"] == [{"customer_id": id_} for id_ in await known_here(till)]
