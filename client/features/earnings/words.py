"""Where what I earn is: the words that files have too, and the mark that says it."""

import flet as ft

from client.core.language import day, money, t
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.earning_words import status_words, tax_words, waits_words
from shared_models.earnings import Earning, EarningStatus
from shared_models.money import Money

_STATUS = {
    EarningStatus.WAITS: Status.WAITING,
    EarningStatus.PAYING: Status.WAITING,
    EarningStatus.PAID: Status.SUCCESS,
}


def where_chip(earning: Earning) -> ft.Control:
    """Where it is, in a mark of two or three words."""
    return status_chip(status_words(earning.status, t), _STATUS.get(earning.status, Status.NEUTRAL))


def mine(earning: Earning) -> Money:
    """What is the landlord's of it: what was let for, less what went back, our fee and its tax."""
    return earning.let_for - earning.given_back - earning.fee - earning.fee_tax


def when_words(earning: Earning) -> str:
    """When it is or was paid out, or why it waits."""
    if earning.status is EarningStatus.ON_THE_WAY:
        return t("Paid out from {day} on, before our fee", day=day(earning.due_at.date()))
    if earning.waits_for is not None:
        return waits_words(earning.waits_for, t)
    if earning.status is EarningStatus.PAYING:
        return t("It is on its way to your account.")
    if earning.paid_at is not None:
        return t("Paid out on {day}", day=day(earning.paid_at.date()))
    if earning.status is EarningStatus.PAID:
        return t("All of it was taken for an older stay.")
    return t("All of it went back to your guest.")


def fee_words(earning: Earning) -> str | None:
    """Why our fee is taxed as it is; None while there is none."""
    return None if earning.fee_tax_rule is None else tax_words(earning.fee_tax_rule, t)


def owed_words(amount: Money) -> str:
    """What is still to be taken back, and how."""
    return t("{amount} went back to your guest after it was paid out. It is taken from your next payouts.",
             amount=money(amount))  # fmt: skip
