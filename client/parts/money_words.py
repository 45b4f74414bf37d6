"""Where money is, in the words that mails and files have too, and the mark that says it beside an amount."""

import flet as ft

from client.core.language import day, money, t
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.payment_history import MoneyAt, MovementKind, Whereabouts
from shared_models.payment_words import Speech, movement_words, whereabouts_label, whereabouts_words

_SPEECH = Speech(t, money, day)
_STATUS = {
    Whereabouts.TO_BE_PAID: Status.WAITING,
    Whereabouts.HELD_ON_CARD: Status.WAITING,
    Whereabouts.WITH_US: Status.SUCCESS,
    Whereabouts.REFUND_BEGUN: Status.WAITING,
    Whereabouts.ON_ITS_WAY: Status.WAITING,
    Whereabouts.AT_THE_BANK: Status.SUCCESS,
    Whereabouts.CREDIT: Status.DANGER,
    Whereabouts.DISPUTED: Status.WAITING,
}


def where_words(part: MoneyAt) -> str:
    """Where an amount is and what to expect, in sentences."""
    return whereabouts_words(part, _SPEECH)


def where_chip(part: MoneyAt) -> ft.Control:
    """The same in a mark of two or three words."""
    return status_chip(whereabouts_label(part.where, _SPEECH), _STATUS.get(part.where, Status.NEUTRAL))


def happened_words(kind: MovementKind) -> str:
    """What happened to an amount."""
    return movement_words(kind, _SPEECH)
