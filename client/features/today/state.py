"""What the start pages show, and the figures beside the places of the navigation."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import flet as ft

from client.api import notifications
from client.api import today as api
from client.core.http import ApiError, Http
from client.core.session import Session
from shared_models.today import AdminToday, LandlordToday, News, TenantToday

Shown = TypeVar("Shown", LandlordToday, TenantToday, AdminToday)


async def count(session: Session) -> None:
    """Ask how much waits, for the badges. Without an answer they stay as they were."""
    if session.me is None:
        return
    try:
        waiting = await api.waiting(session.http)
    except ApiError:
        return
    inbox = session.inbox
    inbox.unread, inbox.answers = waiting.unread, waiting.answers
    inbox.trips, inbox.cases = waiting.trips, waiting.cases


@ft.observable
@dataclasses.dataclass
class TodayState(Generic[Shown]):
    """One role's page, read anew each time it is opened."""

    http: Http
    ask: Callable[[Http], Awaitable[Shown]]
    shown: Shown | None = None

    async def load(self) -> None:
        """Read the page. Raises ApiError; what was shown stays."""
        self.shown = await self.ask(self.http)

    async def read_all(self) -> None:
        """Mark all that is new as read: it is gone at once, and comes back when the server cannot be told."""
        before = self.shown
        if before is None:
            return
        self.shown = before.model_copy(update={"news": News(items=[], unread=0)})
        try:
            await notifications.mark_all_read(self.http)
        except ApiError:
            self.shown = before
            raise


def of_landlord(http: Http) -> TodayState[LandlordToday]:
    """A landlord's page."""
    return TodayState(http, api.landlord)


def of_tenant(http: Http) -> TodayState[TenantToday]:
    """A tenant's page."""
    return TodayState(http, api.tenant)


def of_admin(http: Http) -> TodayState[AdminToday]:
    """An admin's page."""
    return TodayState(http, api.admin)
