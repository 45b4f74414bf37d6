"""What an admin reads of money that a bank disputes, of a refund that did not arrive, and of a payout that waits."""

import flet as ft

from client import paths
from client.core.language import instant, money, t
from client.design.buttons import quiet
from client.design.layout import divider
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Style
from client.parts.dispute_words import dispute_reason_word, dispute_status_words
from shared_models.cases import CaseFull, CaseKind, CaseMoney, CaseStatus


def money_case(case: CaseFull, zone: str) -> list[ft.Control]:
    """The amount and how it stands, and what can be done; nothing where the payment is not there any more."""
    if case.money is None:
        return []
    parts: list[ft.Control] = [header(t("The money"), 3)]
    for title, words in _FACTS.get(case.kind, _refund)(case.money, zone):
        line = ft.Column([text(title, Style.LABEL), copyable(words, color=Colour.TEXT_2)], spacing=0, tight=True)
        parts += [divider(), line]
    parts.append(_payment_way(case.money))
    if case.status is CaseStatus.CLOSED:
        return parts
    return [*parts, divider(), text(_what_to_do(case.kind), color=Colour.TEXT_2)]


def _what_to_do(kind: CaseKind) -> str:
    if kind is CaseKind.DISPUTE:
        return t(
            "Answer the bank in the payment provider’s dashboard. While it has the money nothing of the payment is "
            "refunded. What it decides is seen there, and booked by itself."
        )
    if kind is CaseKind.PAYOUT:
        return t(
            "The landlord’s money is with us and waits. Put right what is in its way, then have it tried again: the "
            "case ends by itself once it is paid out."
        )
    return t(
        "The tenant has this money with us. Send it again to the same card, or pay it another way and say how: "
        "both end the case."
    )


def reconciliation_case(case: CaseFull) -> list[ft.Control]:
    """What to do about books that differ from the provider, and the way to what differs."""
    page = ft.context.page
    told = t(
        "Find out why they differ, and put right what is wrong: what was missing and comes is gone with the next look. "
        "What is as it should be, such as a payout made by hand, is explained here once."
    )
    way = quiet(t("See what differs"), lambda _: page.navigate(paths.ADMIN_RECONCILIATION), accent=True)
    return [*([] if case.status is CaseStatus.CLOSED else [text(told, color=Colour.TEXT_2)]), ft.Row([way])]


def _payment_way(of: CaseMoney) -> ft.Control:
    page = ft.context.page
    way = quiet(t("Look at the payment"), lambda _: page.navigate(paths.admin_payment(of.payment_id)), accent=True)
    return ft.Row([way])


def _dispute(of: CaseMoney, zone: str) -> list[tuple[str, str]]:
    facts = [(t("Disputed"), money(of.amount)), (t("Paid"), _paid(of, zone))]
    if of.reason is not None:
        facts.append((t("Why"), dispute_reason_word(of.reason)))
    if of.dispute is not None:
        facts.append((t("How it stands"), dispute_status_words(of.dispute)))
    if of.answer_by is not None:
        facts.append((t("The bank takes an answer until"), instant(of.answer_by, zone)))
    return [*facts, (t("The payment’s id"), str(of.payment_id))]


def _refund(of: CaseMoney, zone: str) -> list[tuple[str, str]]:
    facts = [(t("Did not arrive"), money(of.amount)), (t("Paid"), _paid(of, zone))]
    if of.asked_at is not None:
        facts.append((t("Asked for"), instant(of.asked_at, zone)))
    return [*facts, (t("The payment’s id"), str(of.payment_id))]


def _paid(of: CaseMoney, zone: str) -> str:
    if of.paid_at is None:
        return money(of.paid)
    return t("{amount}, {when}", amount=money(of.paid), when=instant(of.paid_at, zone))


def _payout(of: CaseMoney, zone: str) -> list[tuple[str, str]]:
    facts = [(t("Paid for the stay"), money(of.amount)), (t("Paid"), _paid(of, zone))]
    return [*facts, (t("The payment’s id"), str(of.payment_id))]


_FACTS = {CaseKind.DISPUTE: _dispute, CaseKind.PAYOUT: _payout}
