"""An admin's day: the queue by deadline."""

from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.language import t, tn, whole
from client.core.session import Session
from client.design.buttons import filled, quiet
from client.design.chips import status_chip
from client.design.layout import SizeClass, page_header
from client.design.rows import keyed
from client.features.today.rows import case_row, news_panel, panel, remark
from client.features.today.tiles import Tile, tiles
from client.parts.case_words import due_words
from shared_models.cases import CaseKind
from shared_models.today import AdminToday


def admin_body(session: Session, page: ft.Page, shown: AdminToday, read_all: Any, size: SizeClass) -> list[ft.Control]:
    """The page, the most urgent first."""
    summary = tn("{n} case waits for a decision.", "{n} cases wait for a decision.", shown.total)
    if shown.overdue:
        summary += " " + tn("{n} is overdue.", "{n} are overdue.", shown.overdue)
    begin = [] if not shown.total else [filled(t("Begin"), lambda _: page.navigate(paths.ADMIN_REVIEW))]
    return [
        page_header(t("Today"), summary if shown.total else t("Nothing waits for a decision."), begin),
        tiles(page, _figures(shown), size),
        _queue(session, page, shown, size),
        *news_panel(page, shown.news, read_all, size),
    ]


def _figures(shown: AdminToday) -> list[Tile]:
    reviews, reports = (shown.counts.get(kind.value, 0) for kind in (CaseKind.HOME_REVIEW, CaseKind.HOME_REPORT))
    late = t("Past what we promised") if shown.overdue else t("We keep what we promised")
    return [
        Tile(t("Overdue"), whole(shown.overdue), t("of {n}", n=whole(shown.total)), late, paths.ADMIN_REVIEW),
        Tile(
            t("Homes to look at"),
            whole(reviews),
            "",
            t("Within two days each"),
            paths.admin_review(show=CaseKind.HOME_REVIEW.value),
        ),
        Tile(
            t("Reports"),
            whole(reports),
            "",
            t("Within a day each"),
            paths.admin_review(show=CaseKind.HOME_REPORT.value),
        ),
        Tile(t("Taken by you"), whole(shown.mine), "", t("Until you decide them"), paths.admin_review(show="mine")),
    ]


def _queue(session: Session, page: ft.Page, shown: AdminToday, size: SizeClass) -> ft.Control:
    if not shown.cases:
        return panel(t("The queue"), [remark(t("It is empty. New homes and reports stand here at once."), size)], size)
    rows = [
        keyed(
            case.id,
            case_row(session, page, case, status_chip(*due_words(case, clock.now()), ft.Icons.SCHEDULE_ROUNDED), size),
        )
        for case in shown.cases
    ]
    all_ = quiet(t("All of it"), lambda _: page.navigate(paths.ADMIN_REVIEW), accent=True)
    return panel(t("Due first"), rows, size, act=all_)
