"""Where is my money: what I earn with one payment, every part of it, to the penny."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_memo
from client.core.language import day, money, t
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import icon_button, outlined
from client.design.feedback import Loading, empty, grey_block
from client.design.layout import card, divider, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import amount, copyable, header, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.earnings.state import EarningState
from client.features.earnings.words import fee_words, mine, owed_words, when_words, where_chip
from client.parts.panels import failed
from client.parts.shell import landlord_shell
from shared_models.earnings import Earning, EarningStatus
from shared_models.money import Money


@screen
def EarningScreen() -> ft.Control:
    """What I earn with one payment."""
    id_ = ft.use_route_params().get("id", "")
    session = use_session()
    state = use_memo(lambda: EarningState(session.http, paths.id_in(id_)), [id_])
    load = use_memo(lambda: Action(state.load, latest=True), [id_])

    async def fetch() -> None:
        await load.start()

    use_task(fetch, [id_], on_return=True)
    return keyed(id_, _Earning(state, load))


@ft.component
def _Earning(state: EarningState, load: Action) -> ft.Control:
    size = use_size()
    use_title(t("Where is my money"))
    body = [_head(state.earning), *_body(state, load)]
    return landlord_shell(scroll_page(body, size, width=Size.READING, spacing=16), "earnings")


def _head(earning: Earning | None) -> ft.Control:
    page = ft.context.page
    words: list[ft.Control] = [header(t("Where is my money"), 1, style=Style.H2)]
    if earning is not None:
        about = " · ".join(part for part in (earning.title, earning.reference) if part)
        words.append(text(about, Style.SMALL, Colour.TEXT_2))
    back = icon_button(
        ft.Icons.ARROW_BACK_ROUNDED, t("Back to your earnings"), lambda _: page.navigate(paths.LANDLORD_EARNINGS)
    )
    return ft.Row([back, ft.Column(words, spacing=0, expand=True)], spacing=6)


def _body(state: EarningState, load: Action) -> list[ft.Control]:
    page = ft.context.page

    async def again(_: Any) -> None:
        await load.start()

    if state.earning is not None:
        return [_standing(state.earning), _divided(state.earning), _gone(state.earning), *_ways(state.earning)]
    if state.missing:
        return [
            empty(
                t("There is no such payout"),
                t("It may belong to another account, or the link was cut off."),
                action=t("Earnings"),
                on_action=lambda _: page.navigate(paths.LANDLORD_EARNINGS),
            )
        ]
    if load.problem is not None and not load.running:
        return [failed(t("Your earnings did not load"), load.problem, again)]
    grey = ft.Column([grey_block(120, radius=Radius.CARD), grey_block(160, radius=Radius.CARD)], spacing=16)
    return [Loading(grey, t("Loading your earnings"), t("Still loading your earnings"))]


def _standing(earning: Earning) -> ft.Control:
    """Where it is now, and what happens next."""
    words: list[ft.Control] = [ft.Row([where_chip(earning)], wrap=True), text(when_words(earning))]
    if earning.owed.amount_minor:
        words.append(text(owed_words(earning.owed)))
    return card(ft.Column(words, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _divided(earning: Earning) -> ft.Control:
    """How what was paid for the stay is divided."""
    lines: list[ft.Control] = [_line(t("Paid for the stay, without taxes of the place"), earning.let_for)]
    lines += _less(t("Went back to your guest"), earning.given_back)
    lines += _less(t("Our fee"), earning.fee)
    lines += _less(t("VAT on our fee"), earning.fee_tax)
    why = fee_words(earning)
    told: list[ft.Control] = [] if why is None else [text(why, Style.SMALL, Colour.TEXT_2)]
    is_before = earning.status is EarningStatus.ON_THE_WAY or earning.earned_at is None
    total = t("Yours, before our fee") if is_before else t("Yours")
    return _card(t("What it consists of"), [*lines, _line(total, mine(earning), strong=True)], told)


def _gone(earning: Earning) -> ft.Control:
    """Where each part of it went, or is."""
    lines = _some(t("Taken for an older stay"), earning.recovered)
    paid = t("Paid out") if earning.paid_at is None else t("Paid out on {day}", day=day(earning.paid_at.date()))
    lines += _some(paid, earning.paid_out)
    lines += _some(t("To be paid out"), earning.waiting)
    lines += _some(t("Taken from later stays, for what went back"), earning.taken_later)
    lines += _some(t("To be taken from later stays"), earning.owed)
    nothing: list[ft.Control] = [] if lines else [text(t("Nothing of it is left."), color=Colour.TEXT_2)]
    return _card(t("Where each part is"), lines, nothing)


def _card(title: str, lines: list[ft.Control], more: list[ft.Control]) -> ft.Control:
    parts: list[ft.Control] = [header(title, 2, style=Style.H3)]
    for line in lines:
        parts += [divider(), line]
    return card(ft.Column([*parts, *more], spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _some(label: str, figure: Money) -> list[ft.Control]:
    return [_line(label, figure)] if figure.amount_minor else []


def _less(label: str, figure: Money) -> list[ft.Control]:
    return [_line(label, figure.times(-1))] if figure.amount_minor else []


def _line(label: str, figure: Money, *, strong: bool = False) -> ft.Control:
    row: list[ft.Control] = [
        text(label, Style.LABEL if strong else Style.BODY, expand=True),
        amount(money(figure), strong=strong),
    ]
    return ft.MergeSemantics(content=ft.Row(row, spacing=12, vertical_alignment=ft.CrossAxisAlignment.START))


def _ways(earning: Earning) -> list[ft.Control]:
    """On to the stay; and the number that we find it by."""
    page = ft.context.page
    ways: list[ft.Control] = []
    if earning.part_of is not None:
        stay = paths.landlord_stay(earning.part_of)
        ways.append(ft.Row([outlined(t("See the stay"), lambda _: page.navigate(stay))], wrap=True))
    return [*ways, copyable(t("Payout {id}", id=earning.id), Style.SMALL, Colour.TEXT_2)]
