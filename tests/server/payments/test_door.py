"""What the rooms above ask of payments: reading them, looking now, and what goes back of several."""

import asyncio

import pytest

from server.core.errors import InvalidTransition, NotFound
from server.core.ids import new_id
from server.payments.ledger.rules.entries import Subject
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.service import door
from shared_models.money import Currency
from tests.server.payments.conftest import Till
from tests.server.payments.ledger.facts import money, parts
from tests.server.payments.till_worker import KIND
from tests.server.stays import statements


async def test_a_payment_is_read_as_it_stands_with_what_goes_back_of_it(till: Till) -> None:
    paid = await till.paid()
    await till.refund(paid.id, 4800, 400)
    await till.refund(paid.id, 100)
    (found,) = await till.read(Subject(KIND, paid.subject_id))
    assert (found.id, found.status, found.payer_id, found.is_held) == (paid.id, "captured", till.payer_id, False)
    assert (found.parts, found.refunded) == (parts(), parts(4900, 400))
    assert (found.page_url, found.settled_at) == (None, paid.settled_at)
    assert (found.expires_at, found.created_at) == (paid.expires_at, paid.created_at)


async def test_what_failed_to_go_back_is_not_counted_as_gone(till: Till) -> None:
    paid = await till.paid()
    await till.provider.stripe.v1.refunds.create_async({"payment_intent": str(paid.intent_id)})
    await till.refund(paid.id, 9600, 400)
    await till.work()
    assert (await till.read(Subject(KIND, paid.subject_id)))[0].refunded == parts(0, 0)


async def test_the_payments_of_many_things_are_one_statement_the_newest_last(till: Till) -> None:
    first = await till.bill()
    subject = Subject(KIND, (await till.payment(first)).subject_id)
    await till.let_go(first)
    second = await till.bill(till.a_bill(subject=subject))
    await till.bill()  # of another thing
    nothing = Subject(KIND, new_id())
    async with till.database.transaction() as session:
        with statements(till.database) as sent:
            found = await door.payments_of(session, [subject, nothing])
    assert len(sent) == 1
    assert {each: [payment.id for payment in of] for each, of in found.items()} == {
        subject: [first, second], nothing: [],
    }  # fmt: skip


async def test_whoever_asks_now_is_looked_for_once(till: Till) -> None:
    id_ = await till.bill()
    await till.check_now(id_)
    assert await till.waiting("payments.look") == 0  # there is no page yet
    await till.work()
    await till.pay(id_)
    await asyncio.gather(*(till.check_now(id_) for _ in range(5)))
    assert await till.waiting("payments.look") == 1
    await till.work()
    assert (await till.payment(id_)).status == "captured"
    with pytest.raises(NotFound):
        await till.check_now(new_id())


async def test_a_look_that_is_not_due_yet_is_not_waited_for(till: Till) -> None:
    id_ = await till.bill()
    await till.work()
    await till.provider.fault("error_before", "/v1/checkout/sessions")
    await till.check_now(id_)
    await till.work()
    assert await till.waiting("payments.look") == 1  # it waits to be tried again
    await till.check_now(id_)
    assert await till.waiting("payments.look") == 2


async def bills(till: Till, *stays: tuple[int, int]) -> list[door.Payment]:
    """Payments of one thing, made one after another."""
    subject = Subject(KIND, new_id())
    for stay, tax in stays:
        await till.paid(till.a_bill(stay=stay, tax=tax, subject=subject))
    return list(await till.read(subject))


@pytest.mark.parametrize(
    ("wanted", "gone"),
    [
        (parts(2000, 100), [(0, 0), (2000, 100)]),
        (parts(3100, 400), [(100, 300), (3000, 100)]),
        (parts(12_600, 500), [(9600, 400), (3000, 100)]),
        (parts(9600, 0), [(6600, 0), (3000, 0)]),
        (Parts(money(0)), [(0, 0), (0, 0)]),
    ],
)
async def test_an_amount_goes_back_of_the_newest_payment_first(
    till: Till, wanted: Parts, gone: list[tuple[int, int]]
) -> None:
    paid = await bills(till, (9600, 400), (3000, 100))
    await till.refund_of([payment.id for payment in paid], wanted)
    found = await till.read(paid[0].subject)
    assert [payment.refunded for payment in found] == [parts(*each) for each in gone]


@pytest.mark.parametrize(
    "wanted",
    [
        parts(12_601, 0), parts(0, 501), Parts(money(1), (Tax("elsewhere", money(1)),)),
        parts(100, 0, Currency.EUR),
    ],
)  # fmt: skip
async def test_no_more_goes_back_than_all_of_them_have_left_and_then_nothing_does(till: Till, wanted: Parts) -> None:
    paid = await bills(till, (9600, 400), (3000, 100))
    with pytest.raises(InvalidTransition):
        await till.refund_of([payment.id for payment in paid], wanted)
    assert [payment.refunded for payment in await till.read(paid[0].subject)] == [parts(0, 0)] * 2


async def test_what_was_never_captured_gives_nothing_back(till: Till) -> None:
    (paid,) = await bills(till, (9600, 400))
    open_ = await till.bill(till.a_bill(subject=paid.subject))
    await till.work()
    await till.refund_of([paid.id, open_], parts(9600, 400))
    with pytest.raises(InvalidTransition):
        await till.refund_of([paid.id, open_], parts(1, 0))
    with pytest.raises(NotFound):
        await till.refund_of([paid.id, new_id()], parts(1, 0))
