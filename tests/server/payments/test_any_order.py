"""Whatever is asked for, paid, sent back, told and lost, in any order: the books are the provider's, to the penny."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import stripe
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from server.core.errors import InvalidTransition
from server.core.ids import new_id
from server.invariants import violations
from server.payments.ledger.rules.entries import Subject
from shared_models.payments import PaymentStatus
from tests.server.payments.conftest import Till
from tests.server.payments.test_events import events, tell
from tests.server.payments.till_worker import KIND
from tests.server.stays import rows

CARDS = ("4242424242424242", "4000000000007726", "4000000000005126", "4000000000000002")
"""One that pays, one whose refunds are pending, one whose refunds fail, one that is declined."""
FAULTS = ("drop_before", "drop_after", "error_before", "error_after", "rate_limit")
which = st.integers(0, 9)
acts = st.one_of(
    st.tuples(st.just("bill"), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("pay"), which, st.sampled_from(CARDS)),
    st.tuples(st.sampled_from(["capture", "let_go", "check"]), which),
    st.tuples(st.just("refund"), which, st.integers(1, 9600), st.integers(0, 400)),
    st.tuples(st.just("refund_by_hand"), which, st.integers(1, 10_000)),
    st.tuples(st.just("refund_ends"), which, st.sampled_from(["succeed", "fail", "cancel"])),
    st.tuples(st.just("told"), st.integers(0, 99), st.integers(1, 3), st.integers(0, 10)),
    st.tuples(st.just("fault"), st.sampled_from(FAULTS)),
    st.tuples(st.just("sold_out"), st.booleans()),
    st.tuples(st.just("clock"), st.sampled_from([1, 45, 24 * 60, 8 * 24 * 60])),
    st.tuples(st.sampled_from(["work", "again", "sweep"])),
)
Act = tuple[Any, ...]


@dataclass
class World:
    """A till beside the provider. What cannot be is refused by name, and nothing else goes wrong."""

    till: Till
    subjects: list[Subject] = field(default_factory=lambda: [Subject(KIND, new_id()) for _ in range(3)])
    payments: list[UUID] = field(default_factory=list)

    async def take(self, act: Act) -> None:
        name, *rest = act
        try:
            await getattr(self, f"_{name}")(*rest)
        except (InvalidTransition, stripe.InvalidRequestError) as refusal:
            note(f"{act}: {type(refusal).__name__}")

    def _of(self, number: int) -> UUID | None:
        return self.payments[number % len(self.payments)] if self.payments else None

    async def _bill(self, subject: int, is_held: bool) -> None:
        bill = self.till.a_bill(subject=self.subjects[subject], is_held=is_held)
        self.payments.append(await self.till.bill(bill))
        await self.till.work()

    async def _pay(self, number: int, card: str) -> None:
        id_ = self._of(number)
        url = None if id_ is None else (await self.till.payment(id_)).page_url
        if url is not None:
            await self.till.provider.http.post(url, data={"number": card, "email": "a@b.example", "name": "A"})

    async def _capture(self, number: int) -> None:
        if id_ := self._of(number):
            await self.till.capture(id_)

    async def _let_go(self, number: int) -> None:
        if id_ := self._of(number):
            await self.till.let_go(id_)

    async def _check(self, number: int) -> None:
        if id_ := self._of(number):
            await self.till.check_now(id_)

    async def _refund(self, number: int, stay: int, tax: int) -> None:
        if id_ := self._of(number):
            await self.till.refund(id_, stay, tax)

    async def _refund_by_hand(self, number: int, minor: int) -> None:
        id_ = self._of(number)
        intent = None if id_ is None else (await self.till.payment(id_)).intent_id
        if intent is not None:
            await self.till.provider.stripe.v1.refunds.create_async({"payment_intent": intent, "amount": minor})

    async def _refund_ends(self, number: int, how: str) -> None:
        found = (await self.till.provider.stripe.v1.refunds.list_async({"limit": 100})).data
        if found:
            path = f"/sandbox/stripe/control/objects/{found[number % len(found)].id}/{how}"
            await self.till.provider.http.post(path)  # refused where it is over

    async def _told(self, seed: int, times: int, most: int) -> None:
        """Some of what happened lately, repeated and shuffled; the rest is lost."""
        bodies = (await events(self.till.provider))[-most:] * times if most else []
        random.Random(seed).shuffle(bodies)
        for body in bodies:
            assert await tell(self.till, body) == 200

    async def _fault(self, kind: str) -> None:
        await self.till.provider.fault(kind, "/v1/", method="POST")

    async def _sold_out(self, is_so: bool) -> None:
        self.till.sold_out = is_so

    async def _clock(self, minutes: int) -> None:
        await self.till.provider.advance(minutes=minutes)

    async def _work(self) -> None:
        await self.till.work()

    async def _again(self) -> None:
        await self.till.again()

    async def _sweep(self) -> None:
        for table in ("payment", "refund"):
            await self.till.database_says(f"UPDATE {table} SET looked_at = looked_at - interval '3 minutes'")
        await self.till.ask_after()

    async def end(self) -> None:
        """Nothing goes wrong any more, and what is left over is done."""
        await self.till.provider.control("settings/no-faults")
        await self.till.provider.advance(hours=2)
        for _ in range(3):
            await self.till.again()
            await self._sweep()

    async def agrees(self) -> None:
        """Books, payments and refunds say what the provider says."""
        assert await violations(self.till.database) == []
        assert await self.till.clearing() == await self.till.provider.balance()
        for id_ in self.payments:
            await self._agrees_on(id_)

    async def _agrees_on(self, id_: UUID) -> None:
        payment = await self.till.payment(id_)
        api = self.till.provider.stripe.v1
        charges = (
            []
            if payment.intent_id is None
            else (await api.charges.list_async({"payment_intent": payment.intent_id, "limit": 100})).data
        )
        captured = sum(charge.amount_captured for charge in charges)
        assert captured == (payment.amount_minor if payment.status == PaymentStatus.CAPTURED.value else 0)
        refunded = sum(charge.amount_refunded for charge in charges)
        sent = await rows(
            self.till.database,
            "SELECT amount_minor FROM refund WHERE payment_id = :id AND status IN ('pending', 'succeeded')",
            id=id_,
        )
        assert sum(row.amount_minor for row in sent) == refunded <= captured


@pytest.mark.prove
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(given_acts=st.lists(acts, min_size=4, max_size=25))
async def test_whatever_happens_the_books_are_the_providers(till: Till, given_acts: list[Act]) -> None:
    world = World(till)
    till.sold_out = False
    for act in [("bill", 0, False), *given_acts]:
        await world.take(act)
        note(act)
    await world.end()
    await world.agrees()
