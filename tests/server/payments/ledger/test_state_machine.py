"""Whatever is told, in whatever order and however often: the books and a sheet of paper come to the same."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from server.core.database import Database
from server.core.ids import new_id
from server.invariants import violations
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry, Subject
from server.payments.ledger.rules.postings import Kept, Parts, Tax
from shared_models.ledger import NATURES, AccountCode, Side
from shared_models.money import Currency, Money
from tests.server.payments.ledger.facts import a_fact, constraint_of, count, money, post, stands
from tests.server.payments.ledger.paper import Paper

LARGEST = 2**53
AUTHORITY = "tax_authority:a-city"

stays = st.integers(0, 2)
people = st.integers(0, 1)
amounts = st.one_of(st.integers(1, 50), st.integers(1, 12_000), st.sampled_from([LARGEST, LARGEST - 1]))
taxes = st.integers(0, 3)
acts = st.one_of(
    st.tuples(st.sampled_from(["charge", "refund"]), stays, amounts, taxes),
    st.tuples(st.sampled_from(["late", "credit_refund", "returned", "given_up", "paid_out"]), stays, people, amounts),
    st.tuples(st.sampled_from(["fee", "paid", "opened", "won"]), stays, amounts),
    st.tuples(st.just("lost"), stays, amounts, taxes, st.integers(0, 9)),
    st.tuples(st.just("again"), st.integers(0, 99)),
)
Act = tuple[Any, ...]


@dataclass
class World:
    """The books beside the paper. Each stay is in a currency of its own, one of them without decimals."""

    database: Database
    paper: Paper = field(default_factory=Paper)
    stays: list[Subject] = field(default_factory=lambda: [Subject("stay", new_id()) for _ in range(3)])
    people: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(2)])
    told: list[Entry] = field(default_factory=list)

    def currency(self, stay: int) -> Currency:
        return (Currency.GBP, Currency.JPY, Currency.EUR)[stay]

    async def take(self, act: Act) -> None:
        """Tell it to the books and write it on the paper: both take it, or neither."""
        name, *rest = act
        if name == "again":
            if self.told:
                await post(self.database, self.told[rest[0] % len(self.told)])
            return
        fact = a_fact()
        entry, amounts = getattr(self, f"_{name}")(fact, *rest)
        expected = self.paper.write(fact.external_id, self.currency(rest[0]).value, **amounts)
        if expected:
            await post(self.database, entry)
            self.told.append(entry)
            return
        with pytest.raises(IntegrityError) as refusal:
            await post(self.database, entry)
        assert constraint_of(refusal.value) == "ledger_overdraft"

    def _amount(self, stay: int, minor: int) -> Money:
        return money(minor, self.currency(stay))

    def _parts(self, stay: int, minor: int, tax: int) -> tuple[Parts, int, int]:
        """An amount with a tax in it, and what each of both is."""
        tax = min(tax, minor)
        taxes = (Tax("a-city", self._amount(stay, tax)),)
        return Parts(self._amount(stay, minor - tax), taxes), minor - tax, tax

    def _charge(self, fact: Any, stay: int, minor: int, tax: int) -> Any:
        parts, net, tax = self._parts(stay, minor, tax)
        about = self.stays[stay]
        return postings.charge(about, fact, parts, parts.total), {
            "provider_clearing": ("platform", minor),
            "stay_liability": (about.owner, -net),
            "tax_payable": (AUTHORITY, -tax),
        }

    def _refund(self, fact: Any, stay: int, minor: int, tax: int) -> Any:
        parts, net, tax = self._parts(stay, minor, tax)
        about = self.stays[stay]
        return postings.refund_asked(about, fact, parts), {
            "refunds_payable": (about.owner, -minor),
            "stay_liability": (about.owner, net),
            "tax_payable": (AUTHORITY, tax),
        }

    def _late(self, fact: Any, stay: int, person: int, minor: int) -> Any:
        amount, who = self._amount(stay, minor), self.people[person]
        return postings.late_charge(self.stays[stay], fact, who, amount, amount), {
            "provider_clearing": ("platform", minor),
            "tenant_credit": (f"tenant:{who}", -minor),
        }

    def _credit_refund(self, fact: Any, stay: int, person: int, minor: int) -> Any:
        about, who = self.stays[stay], self.people[person]
        return postings.credit_refund_asked(about, fact, who, self._amount(stay, minor)), {
            "tenant_credit": (f"tenant:{who}", minor),
            "refunds_payable": (about.owner, -minor),
        }

    def _returned(self, fact: Any, stay: int, person: int, minor: int) -> Any:
        amount, who = self._amount(stay, minor), self.people[person]
        return postings.refund_returned(self.stays[stay], fact, who, amount, amount), {
            "provider_clearing": ("platform", minor),
            "tenant_credit": (f"tenant:{who}", -minor),
        }

    def _given_up(self, fact: Any, stay: int, person: int, minor: int) -> Any:
        about, who = self.stays[stay], self.people[person]
        return postings.refund_given_up(about, fact, who, self._amount(stay, minor)), {
            "refunds_payable": (about.owner, minor),
            "tenant_credit": (f"tenant:{who}", -minor),
        }

    def _fee(self, fact: Any, stay: int, minor: int) -> Any:
        return postings.provider_fee(self.stays[stay], fact, self._amount(stay, minor)), {
            "provider_cost": ("platform", minor),
            "provider_clearing": ("platform", -minor),
        }

    def _paid(self, fact: Any, stay: int, minor: int) -> Any:
        about, amount = self.stays[stay], self._amount(stay, minor)
        return postings.refund_paid(about, fact, amount, amount), {
            "refunds_payable": (about.owner, minor),
            "provider_clearing": ("platform", -minor),
        }

    def _opened(self, fact: Any, stay: int, minor: int) -> Any:
        about, amount = self.stays[stay], self._amount(stay, minor)
        return postings.dispute_opened(about, fact, amount, amount), {
            "dispute_in_progress": (about.owner, minor),
            "provider_clearing": ("platform", -minor),
        }

    def _won(self, fact: Any, stay: int, minor: int) -> Any:
        about, amount = self.stays[stay], self._amount(stay, minor)
        return postings.dispute_won(about, fact, amount, amount), {
            "dispute_in_progress": (about.owner, -minor),
            "provider_clearing": ("platform", minor),
        }

    def _lost(self, fact: Any, stay: int, minor: int, tax: int, beyond: int) -> Any:
        beyond = min(beyond, minor)
        held, net, tax = self._parts(stay, minor - beyond, tax)
        about = self.stays[stay]
        kept, who = Kept(held, self._amount(stay, beyond // 2)), self.people[0]
        return postings.dispute_lost(about, fact, who, self._amount(stay, minor), kept), {
            "dispute_in_progress": (about.owner, -minor),
            "stay_liability": (about.owner, net),
            "tax_payable": (AUTHORITY, tax),
            "tenant_credit": (f"tenant:{who}", beyond // 2),
            "dispute_loss": ("platform", beyond - beyond // 2),
        }

    def _paid_out(self, fact: Any, stay: int, person: int, minor: int) -> Any:
        who = self.people[person]
        return postings.credit_paid_out(self.stays[stay], fact, who, self._amount(stay, minor)), {
            "tenant_credit": (f"tenant:{who}", minor),
            "bank": ("platform", -minor),
        }

    async def compare(self) -> None:
        """The same stands on both, account by account, and each fact is there once."""
        owners = [stay.owner for stay in self.stays] + [f"tenant:{person}" for person in self.people]
        for owner in [*owners, AUTHORITY, "platform"]:
            expected = {
                (code, currency): amount if NATURES[AccountCode(code)].normal is Side.DEBIT else -amount
                for (code, currency), amount in self.paper.of(owner).items()
            }
            assert await stands(self.database, owner) == expected
        assert await violations(self.database) == []


@given(taken=st.lists(acts, min_size=5, max_size=25))
@example(taken=[("charge", 0, 100, 3), ("refund", 0, 100, 3), ("refund", 0, 1, 0), ("paid", 0, 100), ("again", 0)])
@example(
    taken=[("late", 1, 0, 50), ("opened", 1, 8000), ("charge", 1, 8000, 0), ("lost", 1, 8000, 0, 9), ("won", 1, 1)]
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_is_told_comes_to_the_same_as_on_paper(database: Database, taken: list[Act]) -> None:
    world, before = World(database), await count(database, "ledger_entry")
    # What earlier examples left behind stands on accounts that all share.
    world.paper.sums.update(await _shared(database))
    for act in taken:
        note(str(act))
        await world.take(act)
    await world.compare()
    assert await count(database, "ledger_entry") == before + len(world.paper.facts)


async def _shared(database: Database) -> dict[tuple[str, str, str], int]:
    """What stands on the accounts of the platform and the authority, + debit."""
    return {
        (code, owner, currency): amount if NATURES[AccountCode(code)].normal is Side.DEBIT else -amount
        for owner in ("platform", AUTHORITY)
        for (code, currency), amount in (await stands(database, owner)).items()
    }


def test_the_paper_can_disagree() -> None:
    paper = Paper()
    assert paper.write("a", "GBP", provider_clearing=("platform", 5), stay_liability=("stay:1", -5))
    assert not paper.write("b", "GBP", provider_clearing=("platform", -6), stay_liability=("stay:1", 6))
    assert paper.of("stay:1") == {("stay_liability", "GBP"): -5}
