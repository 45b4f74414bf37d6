"""What cases, their deadlines and the lines of their logs are called. Pure."""

from datetime import datetime, timedelta

from client.core.language import and_, money, t, tn
from client.design.tokens import Status
from client.parts.job_words import job_word
from client.parts.reasons import report_word, send_back_word
from shared_models.cases import CaseAct, CaseEntry, CaseKind, CaseOutcome, CaseRead, ReportReason, SendBackReason
from shared_models.earnings import WaitReason
from shared_models.payments import DisputeStatus
from shared_models.reconciliation import FindingKind

_CHANGED = "changed"


def is_change(case: CaseRead) -> bool:
    """Whether it is about a change of a home on show, not about a new one."""
    return case.kind is CaseKind.HOME_REVIEW and _CHANGED in case.words


def title_words(case: CaseRead) -> str:
    """What a case is about: the title of a home, the work that failed, or what was paid for."""
    if case.kind is CaseKind.FAILED_JOB:
        return job_word(case.title) if case.title else t("Work in the background")
    if case.kind is CaseKind.RECONCILIATION:
        return t("The books and the payment provider")
    if case.kind in _ABOUT_MONEY:
        return case.title or t("A payment")
    return case.title or t("A home that is gone")


def what_words(case: CaseRead) -> str:
    """What has to be looked at: `New home`, `Changed: title and address`, `Reported: It is not safe`, `2 failed`,
    `Disputed: £100.00`."""
    if case.kind is CaseKind.FAILED_JOB:
        return _failed_words(case)
    if case.kind is CaseKind.RECONCILIATION:
        return t("They differ: {what}", what=and_([_word(word) for word in case.words]))
    if case.kind in _ABOUT_MONEY:
        return _money_words(case)
    if case.kind is CaseKind.HOME_REPORT:
        return t("Reported: {why}", why=and_([_word(word) for word in case.words]))
    if is_change(case):
        return t("Changed: {what}", what=and_([_word(word) for word in case.words if word != _CHANGED]))
    return t("New home")


def _failed_words(case: CaseRead) -> str:
    if case.failed is None:
        return t("Work in the background")
    failed = tn("{n} has failed", "{n} have failed", case.failed.failed) if case.failed.failed else ""
    trying = tn("{n} is tried again", "{n} are tried again", case.failed.trying) if case.failed.trying else ""
    return ", ".join(filter(None, (failed, trying)))


def _money_words(case: CaseRead) -> str:
    amount = "" if case.money is None else money(case.money.amount)
    if case.kind is CaseKind.PAYOUT:
        return t("A payout waits: {why}", why=and_([_word(word) for word in case.words]))
    if case.kind is CaseKind.FAILED_REFUND:
        return t("A refund did not arrive: {amount}", amount=amount)
    if case.money is not None and case.money.dispute in _INQUIRIES:
        return t("A bank asks about {amount}", amount=amount)
    return t("Disputed: {amount}", amount=amount)


def due_words(case: CaseRead, now: datetime) -> tuple[str, Status]:
    """How long is left, and its look: amber on the last day, red when the promise is broken."""
    left = case.due_at - now
    if left < timedelta():
        return t("Overdue"), Status.DANGER
    hours = int(left.total_seconds() // 3600)
    if hours < 1:
        return t("Less than an hour"), Status.WAITING
    return tn("{n} hour left", "{n} hours left", hours), Status.WAITING if hours < 24 else Status.NEUTRAL


def outcome_word(outcome: CaseOutcome | None) -> tuple[str, Status]:
    """What came of it, and its look."""
    return {
        CaseOutcome.APPROVED: (t("Approved"), Status.SUCCESS),
        CaseOutcome.SENT_BACK: (t("Sent back"), Status.DANGER),
        CaseOutcome.DISMISSED: (t("Nothing wrong"), Status.NEUTRAL),
        CaseOutcome.TAKEN_DOWN: (t("Taken down"), Status.DANGER),
        CaseOutcome.WITHDRAWN: (t("Withdrawn"), Status.NEUTRAL),
        CaseOutcome.SUCCEEDED: (t("It has worked"), Status.SUCCESS),
        CaseOutcome.LEFT_UNDONE: (t("Left undone"), Status.NEUTRAL),
        CaseOutcome.ANSWERED: (t("Answered"), Status.NEUTRAL),
        CaseOutcome.WON: (t("Won"), Status.SUCCESS),
        CaseOutcome.LOST: (t("Lost"), Status.DANGER),
        CaseOutcome.SENT_AGAIN: (t("Sent again"), Status.SUCCESS),
        CaseOutcome.PAID_OTHERWISE: (t("Paid another way"), Status.SUCCESS),
        CaseOutcome.EXPLAINED: (t("Explained"), Status.NEUTRAL),
    }.get(outcome or CaseOutcome.UNKNOWN, (t("Closed"), Status.NEUTRAL))


def line_words(line: CaseEntry, kind: CaseKind) -> str:
    """A line of the log: who did what."""
    if not line.by_name and kind in _BY_ITSELF:  # nobody opens these, and most of them nobody closes
        opened = _BY_ITSELF[kind]()
        by_itself = {CaseAct.OPENED: opened, CaseAct.ADDED: opened, CaseAct.CLOSED: outcome_word(line.outcome)[0]}
        if line.act in by_itself:
            return by_itself[line.act]
    name = line.by_name or t("Someone")
    what = and_([_word(word) for word in line.words if word not in (_CHANGED, "new")])
    told = {
        CaseAct.OPENED: t("{name} opened it", name=name),
        CaseAct.ADDED: t("{name} added", name=name),
        CaseAct.TAKEN: t("{name} took it", name=name),
        CaseAct.RELEASED: t("{name} gave it back", name=name),
        CaseAct.RUN_AGAIN: t("{name} ran it again", name=name),
        CaseAct.CLOSED: t("{name}: {outcome}", name=name, outcome=outcome_word(line.outcome)[0]),
    }.get(line.act, t("{name} did something", name=name))
    return f"{told}: {what}" if what and line.act is not CaseAct.CLOSED else f"{told} · {what}" if what else told


def _word(word: str) -> str:
    if word in _FACTS:
        return _FACTS[word]()
    if word in [reason.value for reason in ReportReason if reason is not ReportReason.OTHER]:
        return report_word(ReportReason(word))
    return send_back_word(SendBackReason(word) if word in [each.value for each in SendBackReason] else _OTHER)


_OTHER = SendBackReason.OTHER
_ABOUT_MONEY = frozenset({CaseKind.DISPUTE, CaseKind.FAILED_REFUND, CaseKind.PAYOUT})
_INQUIRIES = frozenset({DisputeStatus.INQUIRY, DisputeStatus.INQUIRY_ANSWERED})
_BY_ITSELF = {
    CaseKind.FAILED_JOB: lambda: t("It failed"),
    CaseKind.DISPUTE: lambda: t("The bank wants an answer"),
    CaseKind.FAILED_REFUND: lambda: t("It did not arrive"),
    CaseKind.RECONCILIATION: lambda: t("They were found to differ"),
    CaseKind.PAYOUT: lambda: t("It could not be paid out"),
}
_FACTS = {
    FindingKind.NOT_IN_BOOKS.value: lambda: t("money that is not in the books"),
    FindingKind.NOT_AT_PROVIDER.value: lambda: t("money the provider does not know of"),
    FindingKind.OTHER_AMOUNT.value: lambda: t("an amount"),
    FindingKind.OTHER_FEE.value: lambda: t("a fee"),
    FindingKind.OTHER_CURRENCY.value: lambda: t("a currency"),
    FindingKind.OTHER_KIND.value: lambda: t("what a movement was"),
    FindingKind.OTHER_BALANCE.value: lambda: t("the balance"),
    WaitReason.TAX.value: lambda: t("it is not known how our fee is taxed"),
    WaitReason.PROVIDER.value: lambda: t("our balance does not cover it"),
    WaitReason.REFUSED.value: lambda: t("the payment provider would not move it"),
    "title": lambda: t("title"),
    "description": lambda: t("description"),
    "type": lambda: t("property type"),
    "address": lambda: t("address"),
    "pin": lambda: t("place on the map"),
}
