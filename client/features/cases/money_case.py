"""What an admin reads of money that a bank disputes, and of a refund that did not arrive."""

import flet as ft

from client.core.language import instant, money, t
from client.design.layout import divider
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Style
from client.parts.dispute_words import dispute_reason_word, dispute_status_words
from shared_models.cases import CaseFull, CaseKind, CaseMoney, CaseStatus


def money_case(case: CaseFull, zone: str) -> list[ft.Control]:
    """The amount and how it stands, and what can be done; nothing where the payment is not there any more."""
    if case.money is None:
        return []
    is_dispute = case.kind is CaseKind.DISPUTE
    parts: list[ft.Control] = [header(t("The money"), 3)]
    for title, words in _dispute(case.money, zone) if is_dispute else _refund(case.money, zone):
        line = ft.Column([text(title, Style.LABEL), copyable(words, color=Colour.TEXT_2)], spacing=0, tight=True)
        parts += [divider(), line]
    if case.status is CaseStatus.CLOSED:
        return parts
    told = (
        t(
            "Answer the bank in the payment provider’s dashboard. While it has the money nothing of the payment is "
            "refunded. What it decides is seen there, and booked by itself."
        )
        if is_dispute
        else t(
            "The tenant has this money with us. Send it again to the same card, or pay it another way and say how: "
            "both end the case."
        )
    )
    return [*parts, divider(), text(told, color=Colour.TEXT_2)]


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
