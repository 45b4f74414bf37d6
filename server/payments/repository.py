"""Payments and refunds in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import NotFound
from server.payments.ledger.rules.entries import Subject
from server.payments.rules import SeenCard
from server.payments.tables import DisputeTable, PaymentCustomerTable, PaymentTable, RefundTable, SavedCardTable
from shared_models.payments import UNDECIDED, UNSETTLED, DisputeStatus, PaymentStatus, RefundStatus

_payment: Any = PaymentTable
_refund: Any = RefundTable
_customer: Any = PaymentCustomerTable
_card: Any = SavedCardTable
_UNSETTLED = [status.value for status in UNSETTLED]
_dispute: Any = DisputeTable
_UNDECIDED = [status.value for status in UNDECIDED]
_KNOWN_BY = {"session": _payment.session_id, "intent": _payment.intent_id}
_UNDER_WAY = [RefundStatus.ASKED.value, RefundStatus.PENDING.value]


class Payments:
    """Every payment, with what goes back of it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, row: PaymentTable | RefundTable | DisputeTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def by_id(self, payment_id: UUID) -> PaymentTable | None:
        return await self.session.get(PaymentTable, payment_id)

    async def refund(self, refund_id: UUID) -> RefundTable | None:
        return await self.session.get(RefundTable, refund_id)

    async def locked(self, payment_id: UUID) -> PaymentTable | None:
        """A payment as it is now, locked: whoever changes what goes back of it holds this lock."""
        return await self.session.scalar(
            select(PaymentTable)
            .where(_payment.id == payment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def all_locked(self, payment_ids: Iterable[UUID]) -> Sequence[PaymentTable]:
        """These payments as they are now, locked, the newest last. Raises NotFound."""
        wanted = set(payment_ids)
        found = await self.session.scalars(
            select(PaymentTable)
            .where(_payment.id.in_(wanted))
            .order_by(_payment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        rows = found.all()
        if len(rows) < len(wanted):
            raise NotFound
        return rows

    async def of_payer(self, person_id: UUID) -> Sequence[PaymentTable]:
        """Everything a person was asked to pay."""
        found = await self.session.scalars(
            select(PaymentTable).where(_payment.payer_id == person_id).order_by(_payment.id)
        )
        return found.all()

    async def page_of_payer(
        self, person_id: UUID, before: UUID | None, limit: int, *, things: Collection[UUID] | None = None
    ) -> Sequence[PaymentTable]:
        """Some of what a person was asked to pay, the newest first, from before a payment on; `things`: for these."""
        wanted = select(PaymentTable).where(_payment.payer_id == person_id)
        if things is not None:
            wanted = wanted.where(_payment.subject_id.in_(list(things)))
        if before is not None:
            wanted = wanted.where(_payment.id < before)
        return (await self.session.scalars(wanted.order_by(_payment.id.desc()).limit(limit))).all()

    async def one_of_payer(self, person_id: UUID, payment_id: UUID) -> PaymentTable | None:
        """A payment, for the one who pays it."""
        return await self.session.scalar(
            select(PaymentTable).where(_payment.id == payment_id, _payment.payer_id == person_id)
        )

    async def refunds_of(self, payment_ids: Sequence[UUID]) -> Sequence[RefundTable]:
        """What goes back of these payments as it is now, in the order in which it was asked for."""
        found = await self.session.scalars(
            select(RefundTable)
            .where(_refund.payment_id.in_(payment_ids))
            .order_by(_refund.id)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def dispute(self, dispute_id: UUID) -> DisputeTable | None:
        return await self.session.get(DisputeTable, dispute_id)

    async def disputes(self, ids: Iterable[UUID]) -> Sequence[DisputeTable]:
        return (await self.session.scalars(select(DisputeTable).where(_dispute.id.in_(list(ids))))).all()

    async def refunds(self, ids: Iterable[UUID]) -> Sequence[RefundTable]:
        return (await self.session.scalars(select(RefundTable).where(_refund.id.in_(list(ids))))).all()

    async def by_ids(self, ids: Iterable[UUID]) -> Sequence[PaymentTable]:
        return (await self.session.scalars(select(PaymentTable).where(_payment.id.in_(list(ids))))).all()

    async def disputes_of(self, payment_ids: Sequence[UUID]) -> Sequence[DisputeTable]:
        """What is disputed of these payments as it is now, in the order in which it was opened."""
        found = await self.session.scalars(
            select(DisputeTable)
            .where(_dispute.payment_id.in_(payment_ids))
            .order_by(_dispute.opened_at, _dispute.id)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def undecided_since(self, before: datetime, limit: int) -> Sequence[UUID]:
        """Payments of which a bank has something still to decide or to give back, and whose disputes nobody has asked
        about since `before`."""
        found = await self.session.scalars(
            select(_dispute.payment_id)
            .where(
                _dispute.status.in_(_UNDECIDED)
                | (_dispute.status == DisputeStatus.WON.value) & (_dispute.taken_minor > 0),
                _dispute.looked_at < before,
            )
            .order_by(_dispute.looked_at, _dispute.id)
            .limit(limit)
        )
        return found.all()

    async def known_as(self, ids: Mapping[str, str]) -> UUID | None:
        """The payment that a provider's object belongs to, by its session, its intent, or an id of ours in it.

        By those that it has: one without an intent is not of every payment that has none yet.
        """
        known = [column == ids[name] for name, column in _KNOWN_BY.items() if name in ids]
        ours = _uuid(ids.get("payment"))
        if ours is not None:
            known.append(_payment.id == ours)
        return await self.session.scalar(select(_payment.id).where(or_(*known))) if known else None

    async def note_session(self, payment_id: UUID, session_id: str | None) -> None:
        """Note the provider's id of a payment's page, when the answer that told it was lost."""
        if session_id is not None:
            await self.session.execute(
                update(PaymentTable)
                .where(_payment.id == payment_id, _payment.session_id.is_(None))
                .values(session_id=session_id)
            )

    async def unheard_of_since(self, before: datetime, limit: int) -> Sequence[UUID]:
        """Payments of which something is still to be heard and that nobody has looked at since `before`."""
        waiting = (
            select(_refund.payment_id)
            .join(PaymentTable, _payment.id == _refund.payment_id)
            .where(_refund.status.in_(_UNDER_WAY), _refund.looked_at < before, _payment.is_disputed.is_(False))
        )
        found = await self.session.scalars(
            select(_payment.id)
            .where(
                _payment.session_id.is_not(None),
                or_(_payment.status.in_(_UNSETTLED) & (_payment.looked_at < before), _payment.id.in_(waiting)),
            )
            .order_by(_payment.looked_at, _payment.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return found.all()

    async def held_until(self, before: datetime, limit: int) -> Sequence[UUID]:
        """Payments that cards hold no longer than `before`, and that nobody wanted captured or let go."""
        found = await self.session.scalars(
            select(_payment.id)
            .where(
                _payment.status == PaymentStatus.AUTHORISED.value,
                _payment.capture_before < before,
                _payment.capture_asked_at.is_(None),
                _payment.let_go_at.is_(None),
            )
            .order_by(_payment.id)
            .limit(limit)
        )
        return found.all()

    async def of_subjects(self, subjects: Iterable[Subject]) -> Sequence[tuple[PaymentTable, RefundTable | None]]:
        """The payments for these things as they are now, each with every refund of it, the oldest first."""
        wanted = [(subject.kind, subject.id) for subject in subjects]
        found = await self.session.execute(
            select(PaymentTable, RefundTable)
            .outerjoin(RefundTable, _refund.payment_id == _payment.id)
            .where(tuple_(_payment.subject_kind, _payment.subject_id).in_(wanted))
            .order_by(_payment.id, _refund.id)
            .execution_options(populate_existing=True)
        )
        return [(payment, refund) for payment, refund in found.all()]

    async def note_look(self, payment_ids: Sequence[UUID], now: datetime) -> None:
        """Note that these are being looked at."""
        await self.session.execute(update(PaymentTable).where(_payment.id.in_(payment_ids)).values(looked_at=now))
        await self.session.execute(
            update(RefundTable)
            .where(_refund.payment_id.in_(payment_ids), _refund.status.in_(_UNDER_WAY))
            .values(looked_at=now)
        )
        await self.session.execute(
            update(DisputeTable).where(_dispute.payment_id.in_(payment_ids)).values(looked_at=now)
        )


class Customers:
    """The provider's ids of those who pay."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, person_id: UUID) -> str | None:
        return await self.session.scalar(select(_customer.customer_id).where(_customer.person_id == person_id))

    async def person_of(self, customer_id: str) -> UUID | None:
        """Whom the provider knows by this id."""
        return await self.session.scalar(select(_customer.person_id).where(_customer.customer_id == customer_id))

    async def add(self, person_id: UUID, customer_id: str) -> None:
        """The first one stays."""
        row = PaymentCustomerTable(person_id=person_id, customer_id=customer_id)
        await self.session.execute(
            insert(PaymentCustomerTable).values(row.model_dump()).on_conflict_do_nothing(index_elements=["person_id"])
        )

    async def remove(self, person_id: UUID) -> None:
        await self.session.execute(delete(PaymentCustomerTable).where(_customer.person_id == person_id))


class SavedCards:
    """The cards that people had saved at the provider."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of(self, person_id: UUID) -> Sequence[SavedCardTable]:
        """A person's cards, the one saved last first."""
        found = await self.session.scalars(
            select(SavedCardTable).where(_card.person_id == person_id).order_by(_card.saved_at.desc(), _card.id.desc())
        )
        return found.all()

    async def owners_ending_in(self, endings: Sequence[str]) -> Sequence[UUID]:
        """Those who have a card, and whose id ends in one of these pairs of figures."""
        ending = func.right(cast(_card.person_id, Text), 2)
        found = await self.session.scalars(
            select(_card.person_id).where(ending.in_(endings)).distinct().order_by(_card.person_id)
        )
        return found.all()

    async def by_id(self, card_id: UUID) -> SavedCardTable | None:
        return await self.session.get(SavedCardTable, card_id)

    async def one_of(self, person_id: UUID, card_id: UUID) -> SavedCardTable:
        """A person's own card, locked. Raises NotFound."""
        found = await self.session.scalar(
            select(SavedCardTable)
            .where(_card.id == card_id, _card.person_id == person_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is None:
            raise NotFound
        return found

    async def replace(self, person_id: UUID, seen: Sequence[SeenCard]) -> None:
        """Keep what the provider has of a person's cards, and nothing else. What is to be removed stays so."""
        await self.session.execute(
            delete(SavedCardTable).where(
                _card.person_id == person_id, _card.external_id.not_in([card.external_id for card in seen])
            )
        )
        for card in seen:
            told = asdict(card)
            await self.session.execute(
                insert(SavedCardTable)
                .values(SavedCardTable(person_id=person_id, **told).model_dump())
                .on_conflict_do_update(index_elements=["external_id"], set_=told)
            )

    async def remove(self, card_id: UUID) -> None:
        await self.session.execute(delete(SavedCardTable).where(_card.id == card_id))

    async def remove_all(self, person_id: UUID) -> None:
        await self.session.execute(delete(SavedCardTable).where(_card.person_id == person_id))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
