"""A case about money: what a bank disputes, a refund that did not arrive, or books that differ from the provider."""

import flet as ft

from client import paths
from client.core.language import instant, money, t
from client.design.buttons import filled, outlined, quiet
from client.design.layout import divider
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.cases.decide import Decide
from shared_models.cases import CaseFull, CaseKind, CaseMoney, CaseOutcome

ZONE = "UTC"


def about_money(case: CaseFull) -> list[ft.Control]:
    """What an admin looks at before deciding, and the way to all of it."""
    page = ft.context.page
    if case.kind is CaseKind.RECONCILIATION:
        told, path, label = _why_books_differ(), paths.ADMIN_RECONCILIATION, t("See what differs")
        parts: list[ft.Control] = []
    elif case.money is None:
        return [text(t("The payment is not there any more."), color=Colour.TEXT_2)]
    else:
        told = _how_to_answer() if case.kind is CaseKind.DISPUTE else _how_to_repay()
        path, label = paths.admin_payment(case.money.payment_id), t("Look at the payment")
        parts = [header(t("The money"), 3), *_facts(case.money)]
    way = quiet(label, lambda _: page.navigate(path), accent=True)
    return [*parts, text(told, color=Colour.TEXT_2), ft.Row([way])]


def _facts(about: CaseMoney) -> list[ft.Control]:
    facts = [
        (t("Amount"), money(about.amount)),
        (t("Of a payment of"), money(about.paid)),
        *([(t("Paid"), instant(about.paid_at, ZONE))] if about.paid_at else []),
        *([(t("Refund asked for"), instant(about.asked_at, ZONE))] if about.asked_at else []),
        *([(t("Answer by"), instant(about.answer_by, ZONE))] if about.answer_by else []),
    ]
    lines: list[ft.Control] = []
    for label, words in facts:
        line = ft.Column([text(label, Style.LABEL), text(words, color=Colour.TEXT_2)], spacing=0, tight=True)
        lines += [divider(), line]
    return [*lines, divider()]


def _why_books_differ() -> str:
    return t(
        "Find out why they differ, and put right what is wrong: what was missing and comes is gone with the next look. "
        "What is as it should be, such as a payout made by hand, is explained here once."
    )


def _how_to_answer() -> str:
    return t("Answer in the dashboard of the payment provider, with what shows that the stay was paid rightly.")


def _how_to_repay() -> str:
    return t("The card took no refund, and the payer has the money with us. Send it again, or pay it another way.")


def money_buttons(kind: CaseKind, request: CaseOutcome | None, *, busy: bool, decide: Decide) -> list[ft.Control]:
    """The ways in which a case about money ends."""
    if request is not None:
        done = t("Paid another way") if request is CaseOutcome.PAID_OTHERWISE else t("Close the case")
        return [quiet(t("Not yet"), lambda _: decide.stop()), filled(done, decide.back, busy=busy)]
    if kind is CaseKind.RECONCILIATION:
        return [filled(t("Explain it"), lambda _: decide.begin(), busy=busy)]
    if kind is CaseKind.DISPUTE:
        return [filled(t("The bank has our answer"), decide.well, busy=busy)]
    other = outlined(t("Paid another way"), lambda _: decide.begin())
    return [other, filled(t("Send it again"), decide.well, busy=busy)]
