"""What happened with a case, line by line."""

import flet as ft

from client.core.language import instant
from client.design.layout import divider
from client.design.text import copyable, text
from client.design.tokens import Colour, Style
from client.parts.case_words import line_words
from shared_models.cases import CaseEntry, CaseFull, CaseKind


def log_lines(case: CaseFull, zone: str) -> list[ft.Control]:
    """The lines of the log, oldest first, with the clock of a zone."""
    lines: list[ft.Control] = []
    for entry in case.log:
        lines += [divider(), _line(entry, case.kind, zone)]
    return lines


def _line(entry: CaseEntry, kind: CaseKind, zone: str) -> ft.Control:
    note = [copyable(entry.note, color=Colour.TEXT_2)] if entry.note else []
    words = ft.Column([text(line_words(entry, kind), Style.LABEL), *note], spacing=0, tight=True)
    when = text(instant(entry.at, zone), Style.SMALL, Colour.TEXT_2)
    return ft.ResponsiveRow(
        [ft.Container(words, col={"xs": 12, "md": 8}), ft.Container(when, col={"xs": 12, "md": 4})], run_spacing=2
    )
