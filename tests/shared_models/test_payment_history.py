"""Where money is: every state has a place and words, parts add up to what was paid, and nothing is promised twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import new_id
from shared_models.base import known
from shared_models.money import Currency, Money
from shared_models.payment_history import (
    DisputeFacts,
    MoneyAt,
    MovementKind,
    PaymentFacts,
    RefundFacts,
    Whereabouts,
    movements,
    usually_by,
    whereabouts,
)
from shared_models.payment_words import Speech, movement_words, whereabouts_label, whereabouts_words
from shared_models.payments import DisputeStatus, PaymentStatus, RefundStatus

PAID_AT = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
FAILED = (RefundStatus.FAILED, RefundStatus.CANCELLED)
PLAIN = Speech(t=lambda words, **values: words.format(**values), money=lambda m: str(m.major), day=str)


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def a_refund(minor: int, status: RefundStatus = RefundStatus.SUCCEEDED, **more: object) -> RefundFacts:
    """One that was asked for a day after the payment; one that failed is the payer's credit."""
    asked = PAID_AT + timedelta(days=1)
    sent = asked + timedelta(hours=1) if status is RefundStatus.SUCCEEDED else None
    facts = {"id": new_id(), "amount": gbp(minor), "status": status, "asked_at": asked, "sent_at": sent}
    return RefundFacts(**facts | {"is_credited": status in FAILED} | more)  # type: ignore[arg-type]


def a_dispute(minor: int, status: DisputeStatus = DisputeStatus.NEEDS_RESPONSE, **more: object) -> DisputeFacts:
    """One in which the bank has the money until it has decided."""
    decided = status in (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED)
    facts = {"status": status, "amount": gbp(minor), "opened_at": PAID_AT + timedelta(days=3)}
    facts |= {"closed_at": PAID_AT + timedelta(days=9) if decided else None, "taken": gbp(0 if decided else minor)}
    return DisputeFacts(**facts | more)  # type: ignore[arg-type]


def captured(*refunds: RefundFacts, **more: object) -> PaymentFacts:
    settled = {"settled_at": PAID_AT, "refunds": refunds}
    created = PAID_AT - timedelta(minutes=5)
    return PaymentFacts(PaymentStatus.CAPTURED, gbp(10_000), created, **settled | more)  # type: ignore[arg-type]


def at(payment: PaymentFacts, after: timedelta = timedelta(days=2)) -> list[tuple[str, int]]:
    return [(part.where.value, part.amount.amount_minor) for part in whereabouts(payment, PAID_AT + after)]


@pytest.mark.parametrize(
    ("status", "where"),
    [
        (PaymentStatus.INTENDED, "to_be_paid"),
        (PaymentStatus.OPEN, "to_be_paid"),
        (PaymentStatus.AUTHORISED, "held_on_card"),
        (PaymentStatus.CAPTURED, "with_us"),
        (PaymentStatus.VOIDED, "released"),
        (PaymentStatus.EXPIRED, "not_taken"),
        (PaymentStatus.FAILED, "not_taken"),
        (PaymentStatus.UNKNOWN, "unknown"),
    ],
)
def test_every_status_of_a_payment_says_where_its_money_is(status: PaymentStatus, where: str) -> None:
    assert at(PaymentFacts(status, gbp(10_000), PAID_AT)) == [(where, 10_000)]


def test_no_status_was_forgotten() -> None:
    for status in PaymentStatus:
        assert at(PaymentFacts(status, gbp(1), PAID_AT))


@pytest.mark.parametrize(
    ("refunds", "parts"),
    [
        ([a_refund(4000, RefundStatus.ASKED)], [("with_us", 6000), ("refund_begun", 4000)]),
        ([a_refund(4000, RefundStatus.PENDING)], [("with_us", 6000), ("refund_begun", 4000)]),
        ([a_refund(4000)], [("with_us", 6000), ("on_its_way", 4000)]),
        ([a_refund(10_000)], [("on_its_way", 10_000)]),
        ([a_refund(4000, RefundStatus.FAILED)], [("with_us", 6000), ("credit", 4000)]),
        ([a_refund(4000, RefundStatus.CANCELLED)], [("with_us", 6000), ("credit", 4000)]),
        # The provider refused it: it was never asked for.
        ([a_refund(4000, RefundStatus.FAILED, is_credited=False)], [("with_us", 10_000)]),
        # It failed, and went back a second time; that may fail, too.
        (
            [a_refund(4000, RefundStatus.FAILED), a_refund(3000, is_of_credit=True)],
            [("with_us", 6000), ("credit", 1000), ("on_its_way", 3000)],
        ),
        (
            [a_refund(4000, RefundStatus.FAILED), a_refund(4000, RefundStatus.FAILED, is_of_credit=True)],
            [("with_us", 6000), ("credit", 4000)],
        ),
        (
            [a_refund(4000, RefundStatus.FAILED, paid_otherwise_at=PAID_AT + timedelta(days=2))],
            [("with_us", 6000), ("paid_otherwise", 4000)],
        ),
    ],
)
def test_what_goes_back_is_told_apart_from_what_stays(refunds: list[RefundFacts], parts: list[tuple[str, int]]) -> None:
    assert at(captured(*refunds)) == parts


@pytest.mark.parametrize(
    ("status", "parts"),
    [
        (RefundStatus.SUCCEEDED, [("on_its_way", 10_000)]),
        (RefundStatus.ASKED, [("refund_begun", 10_000)]),
        (RefundStatus.FAILED, [("credit", 10_000)]),
    ],
)
def test_what_came_too_late_is_the_payers_wherever_it_is(status: RefundStatus, parts: list[tuple[str, int]]) -> None:
    assert at(captured(a_refund(10_000, status, is_of_credit=True), is_late=True)) == parts


@pytest.mark.parametrize(
    ("disputes", "more", "parts"),
    [
        ([a_dispute(10_000)], {}, [("disputed", 10_000)]),
        ([a_dispute(10_000, DisputeStatus.UNDER_REVIEW)], {}, [("disputed", 10_000)]),
        ([a_dispute(2500)], {}, [("with_us", 7500), ("disputed", 2500)]),
        ([a_dispute(12_000)], {}, [("disputed", 10_000)]),  # more than was paid
        ([a_dispute(10_000, DisputeStatus.INQUIRY, taken=gbp(0))], {}, [("with_us", 10_000)]),
        ([a_dispute(10_000, DisputeStatus.WON)], {}, [("with_us", 10_000)]),
        # It was won, and the bank has not given it back yet.
        ([a_dispute(2500, DisputeStatus.WON, taken=gbp(2500))], {}, [("with_us", 7500), ("disputed", 2500)]),
        (
            [a_dispute(10_000, DisputeStatus.LOST, taken=gbp(10_000))],
            {"lost": gbp(4000)},
            [("with_us", 6000), ("given_back_by_bank", 4000)],
        ),
        ([a_dispute(10_000, DisputeStatus.LOST)], {"lost": gbp(10_000)}, [("given_back_by_bank", 10_000)]),
        ([a_dispute(2500, DisputeStatus.LOST)], {"lost": gbp(2500)}, [("with_us", 7500), ("given_back_by_bank", 2500)]),
        (
            [a_dispute(6000)],
            {"refunds": [a_refund(5000, RefundStatus.FAILED)]},
            [("credit", 4000), ("disputed", 6000)],
        ),
        (
            [a_dispute(5000, DisputeStatus.LOST)],
            {"refunds": [a_refund(5000, RefundStatus.FAILED)], "lost_credit": gbp(2000), "lost": gbp(3000)},
            [("with_us", 2000), ("credit", 3000), ("given_back_by_bank", 5000)],
        ),
    ],
)
def test_what_a_bank_has_taken_back_is_with_it_until_it_decides(
    disputes: list[DisputeFacts], more: dict[str, object], parts: list[tuple[str, int]]
) -> None:
    assert at(captured(**{"disputes": disputes} | more)) == parts


@pytest.mark.parametrize(
    "refunds",
    [
        [a_refund(6000), a_refund(6000)],
        [a_refund(6000, RefundStatus.FAILED), a_refund(7000, is_of_credit=True)],
    ],
)
def test_more_refunds_than_were_paid_are_no_whereabouts(refunds: list[RefundFacts]) -> None:
    with pytest.raises(ValueError, match="more went back"):
        at(captured(*refunds))


@pytest.mark.parametrize(
    ("sent", "by"),
    [
        (date(2026, 11, 30), date(2026, 12, 14)),  # Monday
        (date(2026, 12, 4), date(2026, 12, 18)),  # Friday
        (date(2026, 12, 5), date(2026, 12, 18)),  # Saturday
        (date(2026, 12, 6), date(2026, 12, 18)),  # Sunday
    ],
)
def test_ten_working_days_are_two_weeks(sent: date, by: date) -> None:
    assert usually_by(datetime(sent.year, sent.month, sent.day, 23, tzinfo=UTC)) == by


def test_a_refund_is_on_its_way_until_the_day_it_usually_takes_and_then_the_bank_is_to_be_asked() -> None:
    payment = captured(a_refund(10_000, sent_at=PAID_AT))
    last = datetime(2026, 12, 14, 23, 59, tzinfo=UTC)
    assert whereabouts(payment, last) == [
        MoneyAt(where=Whereabouts.ON_ITS_WAY, amount=gbp(10_000), usually_by=date(2026, 12, 14))
    ]
    (later,) = whereabouts(payment, last + timedelta(minutes=1))
    assert later.where is Whereabouts.AT_THE_BANK


STATUSES = [status for status in RefundStatus if status is not RefundStatus.UNKNOWN]
DISPUTES = [status for status in DisputeStatus if status is not DisputeStatus.UNKNOWN]


@st.composite
def payments(draw: st.DrawFn) -> PaymentFacts:
    """A payment with refunds that the books would allow, perhaps a part that a bank kept, and disputes of any size."""
    is_late = draw(st.booleans())
    left, credit, refunds = 0 if is_late else 10_000, 10_000 if is_late else 0, list[RefundFacts]()
    for _ in range(draw(st.integers(0, 5))):
        of_credit = credit > 0 and (left == 0 or draw(st.booleans()))
        most = credit if of_credit else left
        if most == 0:
            continue
        minor, status = draw(st.integers(1, most)), draw(st.sampled_from(STATUSES))
        credited = status in FAILED and draw(st.booleans())
        otherwise = credited and draw(st.booleans())
        at = PAID_AT + timedelta(days=5) if otherwise else None
        refunds.append(a_refund(minor, status, is_of_credit=of_credit, is_credited=credited, paid_otherwise_at=at))
        if status in FAILED and not credited:
            continue
        back = minor if credited and not otherwise else 0
        left, credit = (left, credit - minor + back) if of_credit else (left - minor, credit + back)
    lost, lost_credit = draw(st.integers(0, left)), draw(st.integers(0, credit))
    sizes = st.tuples(st.integers(1, 20_000), st.sampled_from(DISPUTES))
    disputes = [a_dispute(minor, status) for minor, status in draw(st.lists(sizes, max_size=2))]
    kept = {"is_late": is_late, "lost": gbp(lost), "lost_credit": gbp(lost_credit)}
    return captured(*refunds, disputes=disputes, **kept)


@given(payments(), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_the_parts_add_up_to_what_was_paid_and_none_is_nothing(payment: PaymentFacts, after: timedelta) -> None:
    parts = whereabouts(payment, PAID_AT + after)
    assert sum(part.amount.amount_minor for part in parts) == 10_000
    assert all(part.amount.amount_minor > 0 for part in parts)
    assert all((part.usually_by is not None) is (part.where.value in ("on_its_way", "at_the_bank")) for part in parts)


@given(payments())
def test_movements_come_in_the_order_in_which_they_happened(payment: PaymentFacts) -> None:
    told = movements(payment)
    assert [each.at for each in told] == sorted(each.at for each in told)
    assert sum(each.kind is MovementKind.PAID for each in told) == 1
    asked = [each for each in told if each.kind is MovementKind.REFUND_ASKED]
    assert len(asked) == len(payment.refunds)


def kinds(payment: PaymentFacts) -> list[str]:
    return [each.kind.value for each in movements(payment)]


def test_each_thing_that_happens_to_a_payment_is_told_once() -> None:
    later = PAID_AT + timedelta(days=3)
    held = PaymentFacts(PaymentStatus.VOIDED, gbp(1), PAID_AT, authorised_at=PAID_AT, settled_at=PAID_AT + timedelta(1))
    assert kinds(held) == ["authorised", "let_go"]
    assert kinds(PaymentFacts(PaymentStatus.EXPIRED, gbp(1), PAID_AT, settled_at=PAID_AT)) == ["not_paid"]
    assert kinds(PaymentFacts(PaymentStatus.FAILED, gbp(1), PAID_AT, settled_at=PAID_AT)) == ["not_paid"]
    assert kinds(PaymentFacts(PaymentStatus.OPEN, gbp(1), PAID_AT)) == []
    failed = captured(a_refund(1, RefundStatus.FAILED, sent_at=PAID_AT + timedelta(2), failed_at=later))
    assert kinds(failed) == ["paid", "refund_asked", "refund_sent", "refund_failed"]
    otherwise = a_refund(1, RefundStatus.FAILED, failed_at=later, paid_otherwise_at=later + timedelta(1))
    assert kinds(captured(otherwise)) == ["paid", "refund_asked", "refund_failed", "paid_otherwise"]
    assert kinds(captured(disputes=[a_dispute(1)])) == ["paid", "disputed"]
    assert kinds(captured(disputes=[a_dispute(1, DisputeStatus.WON)])) == ["paid", "disputed", "dispute_won"]
    assert kinds(captured(disputes=[a_dispute(1, DisputeStatus.LOST)])) == ["paid", "disputed", "dispute_lost"]
    assert kinds(captured(disputes=[a_dispute(1, DisputeStatus.CLOSED)])) == ["paid", "disputed", "dispute_won"]
    asked = a_dispute(1, DisputeStatus.CLOSED, was_taken=False)
    assert kinds(captured(disputes=[asked])) == ["paid"]


def test_steps_of_a_refund_keep_their_order_when_clocks_differ() -> None:
    asked = PAID_AT + timedelta(days=1)
    refund = a_refund(
        1, RefundStatus.FAILED, sent_at=asked + timedelta(seconds=5), failed_at=asked + timedelta(seconds=1)
    )
    assert kinds(captured(refund)) == ["paid", "refund_asked", "refund_sent", "refund_failed"]
    behind = a_refund(1, sent_at=asked - timedelta(seconds=5))
    assert kinds(captured(behind)) == ["paid", "refund_asked", "refund_sent"]


def test_every_whereabouts_and_every_movement_has_words_of_its_own() -> None:
    parts = [MoneyAt(where=Whereabouts(word), amount=gbp(4800), usually_by=None) for word in known(Whereabouts)]
    told = [whereabouts_words(part, PLAIN) for part in parts]
    assert len(set(told)) == len(told)
    assert all("48.00" in words and words.endswith(".") for words in told)
    assert len({whereabouts_label(part.where, PLAIN) for part in parts}) == len(parts)
    assert len({movement_words(MovementKind(word), PLAIN) for word in known(MovementKind)}) == len(known(MovementKind))


@pytest.mark.parametrize("where", [each for each in Whereabouts if each is not Whereabouts.ON_ITS_WAY], ids=str)
def test_only_what_has_left_is_said_to_be_on_its_way(where: Whereabouts) -> None:
    """No words promise a refund that is none: money that stays, fails or was never taken is not coming."""
    words = whereabouts_words(MoneyAt(where=where, amount=gbp(1)), PLAIN)
    assert "on its way" not in words
    assert ("goes back" in words) is (where is Whereabouts.REFUND_BEGUN)


def test_words_of_a_later_version_say_so_and_keep_the_amount() -> None:
    part = MoneyAt.model_validate({"where": "on_the_moon", "amount": gbp(4800)})
    assert whereabouts_words(part, PLAIN) == "An update of the app tells where 48.00 is."
