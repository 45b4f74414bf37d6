"""The review queue of the admins: the list on the left, the listing and the decision on the right."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import Start, use_made, use_start
from client.core.language import t, tn
from client.core.session import use_session
from client.core.title import use_title
from client.design.buttons import icon_button, outlined, quiet
from client.design.feedback import empty
from client.design.layout import SizeClass, page_header, page_margin, use_size
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.review.listing import Decide, listing_panel
from client.features.review.queue import RowActs, queue_list
from client.features.review.state import ReviewState
from client.parts.bulk_moves import bulk_panel
from client.parts.dialogs import Ask, Question, say, use_confirmation
from client.parts.panels import failed, load_more, loading_rows
from client.parts.shell import admin_shell
from shared_models.properties import PropertyRow


@screen
def ReviewScreen() -> ft.Control:
    """What waits for a decision."""
    use_title(t("Review"))
    return admin_shell(_Review(), "review")


@screen
def _Review() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    review = use_made(lambda: ReviewState(session.http))
    bulk = use_made(lambda: review.bulk)
    load, more = use_made(lambda: Action(review.load)), use_made(lambda: Action(review.more))
    act = use_made(lambda: Action(lambda go: go()))
    reading, set_reading = ft.use_state(False)  # a phone shows the queue or one listing
    ask, start = use_confirmation(), use_start()
    decide = _use_decide(review, act, page, start)

    def read(row: PropertyRow) -> None:
        review.open(row.id)
        set_reading(True)

    acts = use_made(lambda: RowActs(open=read, choose=review.choose))

    async def show() -> None:
        await load.start()

    async def again(_: Any) -> None:
        await load.start()

    async def load_next(_: Any) -> None:
        await more.start()

    use_task(show)
    use_task(review.show, [review.open_id])
    _use_keys(page, review, decide, ask)
    phone = size is SizeClass.PHONE
    queue: list[ft.Control] = [_header(review, ask, start, page)]
    if load.problem is not None:
        queue.append(failed(t("The queue did not load"), load.problem, again, busy=load.running))
    queue += bulk_panel(bulk, lambda _: bulk.forget())
    if not review.loaded:
        if load.problem is None:
            queue.append(loading_rows(t("Loading the queue"), height=56))
    elif not review.rows:
        queue.append(empty(t("Nothing waits"), t("New listings appear here as soon as a landlord submits them.")))
    else:
        queue += _chosen_bar(review, start, page)
        queue.append(queue_list(session, review, acts, marked=not phone))
    queue += load_more(review.next_cursor is not None, more.running, load_next)
    if review.rows and not phone:
        queue.append(text(t("Keys: J next, K previous, A approve, R send back"), Style.SMALL, Colour.TEXT_2))
    margin = page_margin(size)
    list_ = ft.ListView(queue, expand=True, spacing=16, padding=ft.Padding(margin, 16 if phone else 28, margin, 32))
    if not review.rows:
        return list_
    panel = listing_panel(session, review, act, decide, size)
    if phone:
        if not reading:
            return list_
        back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the queue"), lambda _: set_reading(False))
        return ft.Column([ft.Container(back, padding=4), panel], expand=True, spacing=0)
    side = ft.Container(
        panel, expand=6, bgcolor=Colour.SURFACE, border=ft.Border.only(left=ft.BorderSide(1, Colour.LINE))
    )
    return ft.Row(
        [ft.Container(list_, expand=5), side],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _header(review: ReviewState, ask: Ask, start: Start, page: ft.Page) -> ft.Control:
    if not review.loaded:
        return page_header(t("Review"))
    if not review.rows:
        return page_header(t("Review"), t("Every listing has been looked at."))

    async def approve_all() -> None:
        if await review.approve_all():
            say(page, tn("{n} home is published.", "{n} homes are published.", review.bulk.moved))

    def press(_: Any) -> None:
        ask(
            Question(
                tn("Approve {n} home?", "Approve all {n} homes?", review.total),
                t("They can be found and booked from now on, also those you have not looked at."),
                t("Approve all"),
                start(approve_all),
            )
        )

    words = tn("{n} listing waits, the oldest first.", "{n} listings wait, the oldest first.", review.total)
    label = tn("Approve {n}", "Approve all {n}", review.total)
    return page_header(t("Review"), words, [outlined(label, press, busy=review.bulk.running)])


def _chosen_bar(review: ReviewState, start: Start, page: ft.Page) -> list[ft.Control]:
    number = len(review.chosen)
    if not number:
        return []

    async def approve() -> None:
        if await review.approve_chosen():
            say(page, tn("{n} home is published.", "{n} homes are published.", review.bulk.moved))

    def none(_: Any) -> None:
        review.chosen = frozenset()

    row: list[ft.Control] = [
        text(tn("{n} chosen", "{n} chosen", number), Style.LABEL, expand=True),
        quiet(t("Choose none"), none),
        outlined(t("Approve"), start(approve), busy=review.bulk.running),
    ]
    return [
        ft.Container(
            ft.Row(row, spacing=8),
            bgcolor=Colour.ACCENT_SOFT,
            border_radius=Radius.CARD,
            padding=ft.Padding.symmetric(horizontal=16, vertical=8),
        )
    ]


def _use_decide(review: ReviewState, act: Action, page: ft.Page, start: Start) -> Decide:
    async def approve() -> None:
        home = review.home
        if home is not None and await act.start(review.approve):
            say(page, t("{title} is published.", title=home.title))

    async def reject() -> None:
        home = review.home
        if home is not None and review.reason.strip() and await act.start(review.reject):
            say(page, t("{title} went back to {name}.", title=home.title, name=home.landlord_name or t("its landlord")))

    def begin() -> None:
        act.forget()
        review.rejecting = True

    def stop() -> None:
        act.forget()
        review.rejecting = False

    return use_made(lambda: Decide(start(approve), start(reject), begin, stop))


def _use_keys(page: ft.Page, review: ReviewState, decide: Decide, ask: Ask) -> None:
    """A, R, J and K, unless something is being typed or asked: every key arrives here, also those of a field."""
    asking: Any = ft.use_ref(False)
    before: Any = ft.use_ref(None)
    asking.current = ask.open

    def on_key(e: ft.KeyboardEvent) -> None:
        if asking.current or review.rejecting or e.ctrl or e.alt or e.meta or e.shift:
            return
        acts: dict[str, Callable[[], Any]] = {
            "A": decide.approve,
            "R": decide.begin,
            "J": lambda: review.step(1),
            "K": lambda: review.step(-1),
        }
        act = acts.get(e.key.upper())
        if act is not None and (review.home is not None or e.key.upper() in "JK"):
            act()

    def listen() -> None:
        before.current, page.on_keyboard_event = page.on_keyboard_event, on_key
        page.update()

    def stop() -> None:
        page.on_keyboard_event = before.current
        page.update()

    ft.use_effect(listen, [], cleanup=stop)
