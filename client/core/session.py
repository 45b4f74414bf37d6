"""One person's session in one window: who they are and the way to the server. No controls, no calls of its own."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client.core.device import Device
from client.core.http import Http
from shared_models.auth import Role
from shared_models.languages import Language
from shared_models.users import Me, Theme


@ft.observable
@dataclasses.dataclass
class Inbox:
    """How much waits. Apart from the session: a new count must not render every screen again."""

    unread: int = 0
    answers: int = 0
    """Requests and changes at one's homes that wait for one's answer."""
    trips: int = 0
    """Stays of one's own of which the next step is one's own."""
    cases: int = 0
    """Open cases of the admins' queue."""

    def empty(self) -> None:
        """Nobody is there any more."""
        self.unread = self.answers = self.trips = self.cases = 0


@ft.observable
@dataclasses.dataclass
class Preferences:
    """How the app looks and speaks here: as this device was told, or the account of who is signed in."""

    theme: Theme = Theme.SYSTEM
    language: Language = Language.ENGLISH


@dataclasses.dataclass(frozen=True)
class Confirmation:
    """How an e-mail address gets confirmed by the one who is signed in. Both raise ApiError."""

    send: Callable[[], Awaitable[None]]
    """Has the link mailed again."""
    look: Callable[[], Awaitable[None]]
    """Learns whether it was opened meanwhile, on whatever device: `Session.me` says so then."""


@ft.observable
@dataclasses.dataclass
class Session:
    """Who is signed in (`me` is None for a visitor) and how far the start is."""

    device: Device
    ready: bool = False
    """False until we know whether somebody is still signed in from last time."""
    me: Me | None = None
    inbox: Inbox = dataclasses.field(default_factory=Inbox)
    preferences: Preferences = dataclasses.field(default_factory=Preferences)
    count: Callable[[], Awaitable[None]] | None = None
    """Asks the server how much waits; whoever did something about it calls `recount`."""
    confirmation: Confirmation | None = None

    async def recount(self) -> None:
        """Count anew what waits."""
        if self.count is not None:
            await self.count()

    @property
    def email_verified(self) -> bool:
        """Whether mail to the signed-in person is known to arrive."""
        return self.me is not None and self.me.email_verified

    @property
    def http(self) -> Http:
        """The way to the server, as this person."""
        return self.device.http

    def is_a(self, role: Role) -> bool:
        """Whether the signed-in person has this role."""
        return self.me is not None and role in self.me.roles


_context: Any = ft.create_context(None)


def provide(session: Session, child: Any) -> Any:
    """Give every component below the session."""
    return _context(session, child)


def use_session() -> Session:
    """Hook: the session; the component renders again when someone signs in or out."""
    session: Session = ft.use_context(_context)
    return session


def use_inbox() -> Inbox:
    """Hook: how much there is to read; the component renders again when that changes."""
    state: Any = ft.use_state(use_session().inbox)
    inbox: Inbox = state[0]
    return inbox


def use_preferences() -> Preferences:
    """Hook: how the app looks and speaks; the component renders again when that changes."""
    state: Any = ft.use_state(use_session().preferences)
    preferences: Preferences = state[0]
    return preferences
