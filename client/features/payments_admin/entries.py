"""What the books say of a payment, entry by entry, in words."""

import flet as ft

from client.core.language import instant, money, t
from client.design.layout import card, divider
from client.design.rows import keyed
from client.design.text import amount, copyable, header, text
from client.design.tokens import Colour, Style
from client.features.payments_admin.frame import ZONE
from client.features.payments_admin.words import account_word, entry_words
from shared_models.payments_admin import BookEntry, BookLine, PaymentFull


def entries_card(payment: PaymentFull) -> ft.Control:
    """All entries about what was paid for, the oldest first."""
    lines: list[ft.Control] = [header(t("In the books"), 2)]
    if not payment.entries:
        lines.append(text(t("Nothing has moved yet."), color=Colour.TEXT_2))
    for entry in payment.entries:
        lines += [divider(), keyed(entry.id, _entry(entry))]
    return card(ft.Column(lines, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _entry(entry: BookEntry) -> ft.Control:
    heard = t("heard {when}", when=instant(entry.posted_at, ZONE))
    when = f"{instant(entry.happened_at, ZONE)} · {heard}"
    return ft.Column(
        [
            text(entry_words(entry), Style.LABEL),
            text(when, Style.SMALL, Colour.TEXT_2),
            *(_line(line) for line in entry.lines),
            copyable(entry.external_id, Style.SMALL, Colour.TEXT_3),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _line(line: BookLine) -> ft.Control:
    """An account and what was posted to it; the sign says on which side."""
    figure = money(line.amount)
    signed = f"+{figure}" if line.amount.amount_minor > 0 else figure
    words = text(account_word(line.account, line.owner), Style.SMALL, Colour.TEXT_2, expand=True)
    return ft.MergeSemantics(content=ft.Row([words, amount(signed)], spacing=12))
