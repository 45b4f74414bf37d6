"""One case as an admin sees it: what it is about, who has it, what happened, and the decision at its foot."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.language import and_, t
from client.core.problem_words import problem_words
from client.core.session import Session
from client.design import fields
from client.design.buttons import filled, outlined, quiet
from client.design.chips import chip_row, filter_chip, status_chip
from client.design.feedback import Loading, failure, grey_block, grey_lines, note
from client.design.form_fields import FormFields
from client.design.layout import SizeClass, divider, page_margin
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Style
from client.features.cases.facts import Change, Check, changes_of, checks_of, not_said
from client.features.cases.failed_work import failed_work
from client.features.cases.log import log_lines
from client.features.cases.money_case import money_case, reconciliation_case
from client.features.cases.state import CasesState, is_mine
from client.parts.case_cover import case_cover
from client.parts.case_words import outcome_word, title_words, what_words
from client.parts.listing import place_words, price_words, type_word
from client.parts.reasons import send_back_word
from client.parts.wrong_fields import field_error, form_problem
from shared_models.base import known
from shared_models.cases import ABOUT_HOMES, CaseFull, CaseKind, CaseOutcome, CaseStatus, SendBackReason
from shared_models.properties import PropertyRead

UTC = "UTC"


@dataclasses.dataclass(frozen=True, eq=False)
class Decide:
    """What the buttons and the keys call."""

    well: Callable[..., None]
    """Approve the home, find nothing wrong, or send the refund again."""
    back: Callable[..., None]
    """Send it back, take it down, or end a case about money, with what was said."""
    run_again: Callable[..., None]
    leave: Callable[..., None]
    """Leave undone what failed."""
    begin: Callable[[], None]
    stop: Callable[[], None]
    take: Callable[..., None]
    release: Callable[..., None]


def case_panel(
    session: Session, cases: CasesState, act: Action, decide: Decide, places: FormFields, size: SizeClass
) -> ft.Control:
    """The open case and the decision that stays at the foot."""
    margin = 28 if size is SizeClass.DESKTOP else 16
    case = cases.case
    if case is None:
        return ft.Container(_waiting(cases), padding=margin, expand=True)
    parts: list[ft.Control] = [_top(session, case, cases.home, size), _owner(session, case, act, decide)]
    zone = cases.home.zone if cases.home is not None else UTC
    if case.kind is CaseKind.FAILED_JOB:
        parts += failed_work(case, zone)
    elif case.kind is CaseKind.RECONCILIATION:
        parts += reconciliation_case(case)
    elif case.kind not in ABOUT_HOMES:
        parts += money_case(case, zone)
    elif cases.home is not None:
        parts += _about(cases.home)
    else:
        parts.append(note(t("The home is not there any more. The case can be closed.")))
    parts += [header(t("What happened"), 3), *log_lines(case, zone)]
    if cases.request is not None:
        parts += _why(cases, case, act, places)
    body = ft.ListView(
        parts,
        expand=True,
        spacing=12,
        padding=ft.Padding(margin, 24, margin, 24),
        auto_scroll=cases.request is not None,
    )
    return ft.Column([body, *_foot(session, cases, case, act, decide, size)], expand=True, spacing=0)


def _waiting(cases: CasesState) -> ft.Control:
    if cases.problem is not None:

        async def again(_: Any) -> None:
            await cases.show_open()

        return failure(t("The case did not load"), problem_words(cases.problem), retry=t("Try again"), on_retry=again)
    shapes = ft.Column([grey_block(130, 176), grey_lines(), grey_lines()], spacing=24)
    return Loading(shapes, t("Loading the case"), t("Still loading."))


def _top(session: Session, case: CaseFull, home: PropertyRead | None, size: SizeClass) -> ft.Control:
    facts = [text(what_words(case), Style.LABEL)]
    if home is not None:
        kind = [type_word(home.type), place_words(home.address.city, home.address.neighbourhood)]
        facts += [
            text(home.landlord_name or t("No name of a landlord"), color=Colour.TEXT_2),
            text(" · ".join([*kind, price_words(home.price, home.let_type)]), color=Colour.TEXT_2),
        ]
    words = ft.Column([header(title_words(case), 2), *facts], spacing=2, tight=True)
    picture = case_cover(session, case, width=176, height=131, pixels=800, radius=10)
    if size is SizeClass.DESKTOP:
        words.expand = True
        return ft.Row([picture, words], spacing=20, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Column([picture, words], spacing=12)


def _owner(session: Session, case: CaseFull, act: Action, decide: Decide) -> ft.Control:
    """Who has it, and the button that changes that."""
    me = session.me.id if session.me is not None else None
    button: list[ft.Control] = []
    if case.status is CaseStatus.CLOSED:
        words, look = outcome_word(case.outcome)
        by = t("by {name}", name=case.owner_name) if case.owner_name else ""
        told: list[ft.Control] = [status_chip(words, look), text(by, color=Colour.TEXT_2)]
    elif is_mine(case, me):
        told = [text(t("You have this case."), color=Colour.TEXT_2)]
        button = [quiet(t("Give it back"), decide.release, busy=act.running)]
    elif case.status is CaseStatus.TAKEN:
        told = [text(t("{name} has this case.", name=case.owner_name or t("Someone")), color=Colour.TEXT_2)]
        button = [quiet(t("Put it back in the queue"), decide.release, busy=act.running)]
    else:
        told = [text(t("Nobody has this case yet."), color=Colour.TEXT_2)]
        button = [quiet(t("Take it"), decide.take, busy=act.running, accent=True)]
    row: Sequence[ft.Control] = [*told, *button]
    return ft.Row([*row], spacing=8, wrap=True, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def _about(home: PropertyRead) -> list[ft.Control]:
    parts: list[ft.Control] = []
    changes = changes_of(home)
    if changes:
        parts += [header(t("What changes"), 3), *(_change(change) for change in changes)]
    parts.append(header(t("Checks"), 3))
    for check in checks_of(home):
        parts += [divider(), _check(check)]
    missing = not_said(home)
    if missing:
        parts += [divider(), text(t("Not said: {facts}.", facts=and_(missing)), color=Colour.TEXT_2)]
    if home.description:
        parts += [header(t("Its words"), 3), copyable(home.description, color=Colour.TEXT_2)]
    return parts


def _change(change: Change) -> ft.Control:
    before = ft.Semantics(label=t("Now: {told}", told=change.before), content=_struck(change.before))
    return ft.Column([text(change.title, Style.LABEL), before, copyable(change.after)], spacing=2, tight=True)


def _struck(words: str) -> ft.Control:
    return ft.Semantics(exclude_semantics=True, content=text(words, color=Colour.TEXT_2, struck=True))


def _check(check: Check) -> ft.Control:
    icon = ft.Icons.CHECK_CIRCLE_ROUNDED if check.well else ft.Icons.ERROR_ROUNDED
    colour = Colour.SUCCESS if check.well else Colour.WAITING
    words = ft.Column([text(check.title, Style.LABEL), text(check.words, color=Colour.TEXT_2)], spacing=0, expand=True)
    mark = ft.Semantics(
        label=t("Well") if check.well else t("Look twice"), content=ft.Icon(icon, size=22, color=colour)
    )
    return ft.Row([mark, words], spacing=14, vertical_alignment=ft.CrossAxisAlignment.START)


def _note_label(case: CaseFull) -> str:
    if case.kind is CaseKind.FAILED_REFUND:
        return t("How it was paid")
    if case.kind is CaseKind.RECONCILIATION:
        return t("Why they differ")
    return t("What the bank was told") if case.kind is CaseKind.DISPUTE else t("What has to be put right")


def _why(cases: CasesState, case: CaseFull, act: Action, places: FormFields) -> list[ft.Control]:
    def toggle(reason: SendBackReason) -> Callable[[Any], None]:
        def press(_: Any) -> None:
            act.correct("note")
            cases.toggle(reason)

        return press

    def write(words: str) -> None:
        act.correct("note")
        cases.note = words

    chips = [
        filter_chip(send_back_word(reason), toggle(reason), chosen=reason in cases.reasons)
        for reason in map(SendBackReason, known(SendBackReason))
    ]
    about_home = case.kind in ABOUT_HOMES
    field = fields.text_field(
        _note_label(case),
        cases.note,
        write,
        help=t("The landlord sees the reasons and these words beside the listing.")
        if about_home
        else t("Only admins read it, in the log of this case."),
        lines=3,
        max_length=1000,
        error=field_error(act, "note"),
        ref=places.ref("note"),
    )
    return [header(t("Say why"), 3), chip_row(chips, wrap=True), field] if about_home else [field]


def _foot(
    session: Session, cases: CasesState, case: CaseFull, act: Action, decide: Decide, size: SizeClass
) -> list[ft.Control]:
    if case.status is CaseStatus.CLOSED:
        return []
    me = session.me.id if session.me is not None else None
    problem = form_problem(act, {"note": _note_label(case)} if cases.request is not None else {})
    if case.status is CaseStatus.TAKEN and not is_mine(case, me):
        row: list[ft.Control] = [text(t("The decision is theirs while they have it."), color=Colour.TEXT_2)]
    else:
        row = _buttons(cases, case, act.running, decide)
    buttons = ft.Row(row, spacing=8, run_spacing=8, wrap=True, alignment=ft.MainAxisAlignment.END)
    return [
        ft.Container(
            ft.Column([*problem, buttons], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            bgcolor=Colour.SURFACE,
            border=ft.Border.only(top=ft.BorderSide(1, Colour.LINE)),
            padding=ft.Padding.symmetric(horizontal=page_margin(size), vertical=12),
        )
    ]


def _buttons(cases: CasesState, case: CaseFull, busy: bool, decide: Decide) -> list[ft.Control]:
    if case.kind is CaseKind.FAILED_JOB:
        return [
            outlined(t("Leave it undone"), decide.leave, danger=True),
            filled(t("Run again"), decide.run_again, busy=busy),
        ]
    if case.kind not in ABOUT_HOMES:
        return _money_buttons(cases, case, busy, decide)
    report = case.kind is CaseKind.HOME_REPORT
    if cases.request is None:
        return [
            outlined(t("Take it down") if report else t("Send back"), lambda _: decide.begin(), danger=True),
            filled(t("Nothing wrong") if report else t("Approve"), decide.well, busy=busy),
        ]
    down = cases.request is CaseOutcome.TAKEN_DOWN
    return [
        quiet(t("Leave it on show") if down else t("Do not send it back"), lambda _: decide.stop()),
        filled(t("Take it down now") if down else t("Send it back"), decide.back, busy=busy),
    ]


def _money_buttons(cases: CasesState, case: CaseFull, busy: bool, decide: Decide) -> list[ft.Control]:
    refund = case.kind is CaseKind.FAILED_REFUND
    if case.kind is CaseKind.RECONCILIATION and cases.request is None:
        return [filled(t("Explain it"), lambda _: decide.begin())]
    if cases.request is not None:
        ends = {CaseKind.FAILED_REFUND: t("It was paid another way"), CaseKind.RECONCILIATION: t("It is explained")}
        end = ends.get(case.kind, t("It is answered"))
        return [quiet(t("Not yet"), lambda _: decide.stop()), filled(end, decide.back, busy=busy)]
    if case.kind is CaseKind.PAYOUT:
        return [filled(t("Try it again"), decide.well, busy=busy)]
    if not refund:
        return [filled(t("Answered at the provider"), lambda _: decide.begin())]
    return [
        outlined(t("Paid another way"), lambda _: decide.begin()),
        filled(t("Send it again"), decide.well, busy=busy),
    ]
