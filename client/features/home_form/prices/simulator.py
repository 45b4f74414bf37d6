"""What the prices would do before they are saved: the year to come, and the stays of the year that is over."""

from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import t
from client.core.tasks import use_task
from client.design.chips import segments
from client.design.feedback import Loading, grey_block, note
from client.design.handlers import calling
from client.design.progress import busy_ring
from client.design.text import header, text
from client.design.tokens import Colour, Status, Style
from client.features.home_form.prices.past import past_stays
from client.features.home_form.prices.state import PriceTrial
from client.features.home_form.prices.year_view import year_to_come
from client.features.home_form.state import HomeEditor
from client.parts.panels import failed
from shared_models.price_simulation import PriceSimulation

NEXT, PAST = "next", "past"
_STRETCH = ft.CrossAxisAlignment.STRETCH


@panel
def Simulator(form: HomeEditor, trial: PriceTrial, simulate: Action) -> ft.Control:
    """Tried again whenever the typing rests; nothing is saved by looking."""
    choice: Any = ft.use_state(NEXT)
    shown, show = choice

    async def begin() -> None:
        if trial.possible:
            await simulate.start()

    use_task(begin, [form.home])
    if not trial.possible:
        words = t("Once the home is saved, this shows what its prices do, before you change them.")
        return _framed(simulate, [note(words)])
    rows: list[ft.Control] = [
        segments([(NEXT, t("The next 12 months")), (PAST, t("The past 12 months"))], shown, show),
    ]
    if simulate.problem is not None:
        title, kept = t("The prices could not be tried"), t("What you typed is kept.")
        rows.append(failed(title, simulate.problem, calling(simulate.start), kept=kept, busy=simulate.running))
    if not trial.readable:
        words = t("Some prices cannot be read. Once they are corrected, this shows what they do.")
        rows.append(ft.Semantics(live_region=True, content=note(words, status=Status.WAITING)))
    if trial.found is not None:
        rows.append(_result(trial.found, shown, faded=not trial.readable or simulate.problem is not None))
    elif simulate.problem is None and trial.readable:
        grey = ft.Column([ft.Row([grey_block(14, 64), grey_block(20, expand=True)], spacing=16) for _ in range(12)])
        rows.append(Loading(grey, t("Trying the prices"), t("Still trying the prices. It takes longer than usual.")))
    return _framed(simulate, rows)


def _framed(simulate: Action, rows: list[ft.Control]) -> ft.Control:
    """The rows below the name of the panel; a ring says that an answer is on its way."""
    ring = busy_ring(t("Trying the prices"), size=18) if simulate.running else ft.Container(width=18, height=18)
    head = ft.Row([ft.Container(header(t("What these prices do"), 2), expand=True), ring], spacing=8)
    told = text(t("Tried as you type. Nothing changes before you save."), Style.SMALL, Colour.TEXT_2)
    return ft.Column([ft.Column([head, told], spacing=2), *rows], spacing=14, horizontal_alignment=_STRETCH)


def _result(found: PriceSimulation, shown: str, *, faded: bool) -> ft.Control:
    inside = year_to_come(found) if shown == NEXT else past_stays(found)
    column = ft.Column(inside, spacing=12, horizontal_alignment=_STRETCH, key=shown)
    return ft.Container(column, opacity=0.6 if faded else 1)
