"""Cures for what Flet 1.0.5 does wrong with sessions and errors, all in one place and applied by `install()`.

Everything that touches Flet's insides stands here; a browser's socket, in `client.core.flet_socket`; what ends with a
page, in `client.core.tasks`.
`tests/client/core/test_flet_session.py` shows each fault without the cure, so that a Flet which mends it is noticed,
and the cure itself. The names of private attributes belong to the version checked in `install()`.

1. A change of state is sent to the session that owns the component, not to whoever wrote the state.
2. An error in a handler, effect, task or `main` is logged with a reference and shown as a banner; the session lives on.
3. An error in a render, or a control that Flet refuses, stays inside the nearest boundary (`client.core.boundaries`);
   without one, the session's update loop survives and says so.
4. What changed while a browser was away is rendered when it comes back.
5. A session is resumed only by the browser and sign-in it belongs to.
6. A message is not written out as text before it is sent: Flet does so for a log that is off, and a page of some
   hundred controls costs it seconds, for each component repeats whatever it was given.
7. A browser may answer for a control that is gone (a map that was still moving): Flet ends the connection for that.
8. What stands below a memoised component finds its contexts also after that component was spared a render: Flet looks
   for them along the components that were there before, and those are gone then.
9. Back closes what lies over a page first: Flet leaves the page, and the sheet with what was typed in it goes along.
"""

import dataclasses
import functools
import inspect
import logging
import secrets
import sys
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, Final, Protocol, TypeVar

import flet as ft
from flet.components.component import Component, Renderer, _ComponentState
from flet.components.hooks.use_effect import EffectHook
from flet.controls.base_control import BaseControl
from flet.controls.base_page import Dialogs
from flet.controls.context import context
from flet.messaging.protocol import Message
from flet.messaging.session import Session
from flet.version import flet_version

from client.core.boundaries import FailureView, draw_failures, give_up, owner_of

FLET: Final = "1.0.5"

T = TypeVar("T")
Async = Callable[..., Coroutine[Any, Any, None]]

log = logging.getLogger(__name__)


@ft.observable
@dataclasses.dataclass
class Trouble:
    """The last error of a session that nothing else showed. `reference` is in the log as well; "" means none."""

    reference: str = ""


class _Cures:
    """What `install` put in place, and what was there before."""

    originals: tuple[Callable[..., Any], ...] | None = None
    crash_words: Callable[[str], str] = staticmethod(lambda reference: f"Reference {reference}. Reload the page.")


_broken: "weakref.WeakSet[Session]" = weakref.WeakSet()
_missed: "weakref.WeakKeyDictionary[Session, set[Any]]" = weakref.WeakKeyDictionary()
_missed_effects: "weakref.WeakKeyDictionary[Session, list[Any]]" = weakref.WeakKeyDictionary()
_bound: "weakref.WeakKeyDictionary[Session, Hashable]" = weakref.WeakKeyDictionary()


def install(show_failure: FailureView | None = None, crash_words: Callable[[str], str] | None = None) -> None:
    """Apply every cure; a second call only replaces what is shown.

    `show_failure` draws a part that could not be rendered; `crash_words(reference)` is the sentence on Flet's red
    screen, the last resort. Raises RuntimeError with another Flet than the one the cures were made for.
    """
    if flet_version != FLET:
        raise RuntimeError(f"The cures in client.core.flet_session are made for Flet {FLET}, this is {flet_version}")
    if show_failure is not None:
        draw_failures(show_failure)
    if crash_words is not None:
        _Cures.crash_words = staticmethod(crash_words)
    if _Cures.originals is None:
        _Cures.originals = tuple(getattr(owner, name) for owner, name, _ in _PATCHES)
        for owner, name, cure in _PATCHES:
            setattr(owner, name, cure)


def uninstall() -> None:
    """Put Flet's own behaviour back: for the tests that watch it."""
    if _Cures.originals is not None:
        for (owner, name, _), original in zip(_PATCHES, _Cures.originals, strict=True):
            setattr(owner, name, original)
        _Cures.originals = None


def report(where: str, error: BaseException | None = None) -> str:
    """Log an error with a short reference and return the reference, for the person to quote."""
    reference = secrets.token_hex(4)
    log.error("%s failed, reference %s", where, reference, exc_info=error or sys.exc_info()[1] or False)
    return reference


def trouble_of(page: ft.Page) -> Trouble:
    """The trouble of a page's session."""
    store = page.session.store
    trouble: Trouble | None = store.get("trouble")
    if trouble is None:
        trouble = Trouble()
        store.set("trouble", trouble)
    return trouble


def use_trouble() -> tuple[str, Callable[[], None]]:
    """Hook of the component that shows the session's banner: the reference or "", and a function that dismisses it."""
    page = ft.context.page
    state: tuple[Trouble, object] = ft.use_state(trouble_of(page))
    trouble = state[0]
    store = page.session.store

    def shown() -> None:
        store.set("trouble_is_shown", True)

    def hidden() -> None:
        store.set("trouble_is_shown", False)

    ft.use_effect(shown, [], cleanup=hidden)
    return trouble.reference, lambda: setattr(trouble, "reference", "")


def has_dialog(page: ft.Page) -> bool:
    """Whether a dialog or a sheet is open; a line that goes away by itself is none."""
    return any(dialog.open and not isinstance(dialog, ft.SnackBar) for dialog in page._dialogs.controls)


def begin_history(page: ft.Page) -> None:
    """Remember where a window begins, so that Back is known when it comes."""
    page.session.store.set("address", page.route)


def layers_of(page: ft.Page) -> list[Callable[[], Any]]:
    """What closes each layer over a page that is no dialog, the topmost last (`client.core.history.use_back`)."""
    store = page.session.store
    layers: list[Callable[[], Any]] | None = store.get("layers")
    if layers is None:
        layers = []
        store.set("layers", layers)
    return layers


class SessionKeeper(Protocol):
    """The part of flet_web's app manager that hands out sessions. Phones have none, so the server brings it."""

    get_session: Callable[[str], Awaitable[Session | None]]
    add_session: Callable[[str, Session], Awaitable[None]]


def bind_sessions(keeper: SessionKeeper, key_of_handshake: Callable[[], Hashable]) -> Callable[[], None]:
    """Let only the browser and sign-in that began a session resume it; the server calls this once.

    `key_of_handshake()` is asked in the task of the socket that connects. Returns a function that undoes it.
    """
    get, add = keeper.get_session, keeper.add_session

    async def get_session(session_id: str) -> Session | None:
        session: Session | None = await get(session_id)
        if session is None:
            return None
        if session in _broken or _bound.get(session) != key_of_handshake():
            log.warning("A session was not resumed: broken, or asked for by another browser or sign-in")
            return None
        return session

    async def add_session(session_id: str, session: Session) -> None:
        _bound[session] = key_of_handshake()
        await add(session_id, session)

    def undo() -> None:
        keeper.get_session, keeper.add_session = get, add

    keeper.get_session, keeper.add_session = get_session, add_session
    return undo


def rebind(page: ft.Page, key: Hashable) -> None:
    """Bind a page's session to a new key, after its person signed in or out."""
    _bound[page.session] = key


def _schedule_update(self: Component) -> None:
    """Cure 1: Flet asks the context for the session, which is that of the writer."""
    if not self._state.mounted:
        return
    self._state.is_dirty = True
    try:
        session = self.page.session
    except RuntimeError:
        # Its place was built anew (a phone was turned) and Flet has not unmounted it. Raising would stop whoever writes
        # the state halfway; should it come back, it is rendered then.
        return
    if _is_away(session):
        _missed.setdefault(session, set()).add(self)
    else:
        session.schedule_update(self)


def _schedule_effect(self: Component, hook: EffectHook, is_cleanup: bool = False) -> None:
    """Cures 1 and 2 for effects: the component's own session, and no async effect that fails unheard."""
    try:
        session = self.page.session
    except RuntimeError:  # it is being unmounted and has no parent any more
        session = context.page.session
    if inspect.iscoroutinefunction(hook.setup):
        hook.setup = _reported(hook.setup, session)
    if _is_away(session):
        _missed_effects.setdefault(session, []).append((hook, is_cleanup))
    else:
        session.schedule_effect(hook, is_cleanup)


def _reported(effect: Async, session: Session) -> Async:
    if hasattr(effect, "_is_reported"):
        return effect

    @functools.wraps(effect)
    async def safe() -> None:
        try:
            await effect()
        except Exception as error:
            _tell(session, report(f"effect {effect.__qualname__}", error))

    safe._is_reported = True  # type: ignore[attr-defined]
    return safe


def _error(self: Session, message: str) -> None:
    """Cure 2: handlers, sync effects and `main` end here; Flet would hide the page behind the raw message."""
    _tell(self, report("handler or effect: " + message.partition("\n")[0]))


def _tell(session: Session, reference: str) -> None:
    if session.store.get("trouble_is_shown"):
        trouble_of(session.page).reference = reference
    else:
        _crash(session, reference)


def _crash(session: Session, reference: str) -> None:
    original = _Cures.originals[_SESSION_ERROR] if _Cures.originals else Session.error
    original(session, _Cures.crash_words(reference))


class _NotShown(Exception):
    """A failure that no boundary shows; it is in the log already."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def _fall_back(component: Component, where: str, error: Exception) -> None:
    """Leave it to the nearest boundary to say that this failed. Raises `_NotShown` when there is none."""
    reference = report(where, error)
    if not give_up(component, reference):
        raise _NotShown(reference) from error


def _render(self: Renderer, root_fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Cure 3: a component that fails shows nothing until its boundary is rendered, at once."""
    original = _Cures.originals[_RENDER] if _Cures.originals else Renderer.render
    component: Component | None = self._root_component
    try:
        return original(self, root_fn, *args, **kwargs)
    except Exception as error:
        if component is None or isinstance(error, _NotShown):
            raise
        _fall_back(component, f"render of {component.fn.__name__}", error)
        return ft.Container(left=0, top=0, width=0, height=0)


def _before_update(self: BaseControl) -> None:
    """Cure 3 for a control whose values Flet refuses: what it stands in fails, not the update of all."""
    original = _Cures.originals[_BEFORE_UPDATE] if _Cures.originals else BaseControl._before_update_safe
    frozen = getattr(self, "_frozen", None)
    try:
        original(self)
    except Exception as error:
        component = owner_of(self)
        if component is None or isinstance(error, _NotShown):
            raise
        _fall_back(component, f"{type(self).__name__} in {component.fn.__name__}", error)
        if frozen is not None:
            object.__setattr__(self, "_frozen", frozen)


def _update(self: Component) -> None:
    """Cure 3: an exception here would end the session's update loop for good, without a word."""
    original = _Cures.originals[_COMPONENT_UPDATE] if _Cures.originals else Component.update
    try:
        original(self)
    except Exception as error:
        # No state is written here: it would render, fail, write and render for ever.
        reference = error.reference if isinstance(error, _NotShown) else report(f"update of {self.fn.__name__}", error)
        session = self.page.session
        _broken.add(session)
        _crash(session, reference)


def _update_dialogs(self: Dialogs) -> None:
    """Cure 3 for a dialog that Flet refuses: it is not opened, and the session is told."""
    original = _Cures.originals[_DIALOGS_UPDATE] if _Cures.originals else BaseControl.update
    try:
        original(self)
    except Exception as error:
        self.controls.pop()
        _tell(self.page.session, report("opening a dialog", error))


def _run_task(self: ft.Page, handler: Callable[..., Coroutine[Any, Any, T]], *args: Any, **kwargs: Any) -> Any:
    """Cure 2 for tasks: Flet logs their errors where nobody looks."""

    @functools.wraps(handler)
    async def safe() -> T:
        try:
            return await handler(*args, **kwargs)
        except Exception as error:
            _tell(self.session, report(f"task {getattr(handler, '__qualname__', handler)}", error))
            raise

    if not inspect.iscoroutinefunction(handler):
        raise TypeError("run_task wants an async function")
    original = _Cures.originals[_PAGE_RUN_TASK] if _Cures.originals else ft.Page.run_task
    return original(self, safe)


async def _disconnect(self: Session, session_timeout_seconds: int) -> None:
    """Cure 4: Flet forgets what it had not sent yet."""
    _missed.setdefault(self, set()).update(self._Session__pending_updates)  # type: ignore[attr-defined]
    _missed_effects.setdefault(self, []).extend(self._Session__pending_effects)  # type: ignore[attr-defined]
    original = _Cures.originals[_SESSION_DISCONNECT] if _Cures.originals else Session.disconnect
    await original(self, session_timeout_seconds)


async def _dispatch_connect_event(self: Session) -> None:
    for component in _missed.pop(self, set()):
        self.schedule_update(component)
    for hook, is_cleanup in _missed_effects.pop(self, []):
        self.schedule_effect(hook, is_cleanup)
    # Where a page was loaded anew nobody came by Back: another address is opened, whatever lay over the one before.
    self.store.set("pushed", self.page.route)
    original = _Cures.originals[_SESSION_CONNECT] if _Cures.originals else Session.dispatch_connect_event
    await original(self)


def _shortly(self: Message) -> str:
    """Cure 6: what kind of message it is says enough."""
    return f"Message({self.action.name})"


def _take_answer(self: Session, control_id: int, call_id: str, result: Any, error: str | None) -> None:
    """Cure 7: whoever waits for a control that is gone goes on, and no fault is told of what nobody sees any more."""
    state: Any = self
    waiting = state._Session__method_calls.pop(call_id, None)
    if waiting is not None:
        gone = control_id not in state._Session__index
        state._Session__method_call_results[waiting] = (result, None if gone else error)
        waiting.set()


class _CurrentOwner:
    """Stands for the component that holds a state now: each render of its parent puts another object in its place."""

    def __init__(self, component: Component) -> None:
        self._state = weakref.ref(component._state)

    def __call__(self) -> Component | None:
        owner = getattr(self._state(), "owner", None)
        component: Component | None = owner() if owner is not None else None
        return component


def _render_component(self: Renderer, *args: Any, **kwargs: Any) -> Component:
    """Cure 8: a component's parent is whoever holds the parent's state, not the object that rendered it."""
    original = _Cures.originals[_RENDER_COMPONENT] if _Cures.originals else Renderer.render_component
    made: Component = original(self, *args, **kwargs)
    state: Any = made._state
    state.owner = weakref.ref(made)
    if self._render_stack:
        parent: Any = _CurrentOwner(self._render_stack[-1])
        made._parent_component = parent
    return made


def _change_owner(self: Any, new_owner: Component) -> None:
    original = _Cures.originals[_CHANGE_OWNER] if _Cures.originals else _ComponentState.change_owner
    self.owner = weakref.ref(new_owner)
    original(self, new_owner)


async def _push_route(self: ft.Page, route: str, **kwargs: Any) -> None:
    """Cure 9: whatever else changes the address is the browser, by Back or Forward."""
    self.session.store.set("pushed", route)
    original = _Cures.originals[_PUSH_ROUTE] if _Cures.originals else ft.Page.push_route
    await original(self, route, **kwargs)


def _before_event(self: ft.Page, e: Any) -> Any:
    """Cure 9: the first Back closes the sheet, and the address is put back; the browser holds no more entries then."""
    if isinstance(e, ft.RouteChangeEvent):
        store, here = self.session.store, self.session.store.get("address")
        by_us = store.get("pushed") == e.route
        store.set("pushed", None)
        if here not in (None, e.route) and not by_us and _close_layer(self):
            self.navigate(here)
            return False
        store.set("address", e.route.partition("#")[0])  # without the mark of `go_instead`: it is added this time
    original = _Cures.originals[_PAGE_EVENT] if _Cures.originals else ft.Page.before_event
    return original(self, e)


def _close_layer(page: ft.Page) -> bool:
    """Close the topmost of what lies over a page. Whether there was anything."""
    dialogs = [dialog for dialog in page._dialogs.controls if dialog.open and not isinstance(dialog, ft.SnackBar)]
    if dialogs:
        dialogs[-1].open = False
        dialogs[-1].update()
        return True
    layers = layers_of(page)
    if layers:
        layers[-1]()
    return bool(layers)


def _is_away(session: Session) -> bool:
    connection: Any = session.connection
    return connection is None and session.expires_at is not None


_PATCHES: Final[tuple[tuple[type, str, Callable[..., Any]], ...]] = (
    (Component, "_schedule_update", _schedule_update),
    (Component, "_schedule_effect", _schedule_effect),
    (Component, "update", _update),
    (Session, "error", _error),
    (Session, "disconnect", _disconnect),
    (Session, "dispatch_connect_event", _dispatch_connect_event),
    (ft.Page, "run_task", _run_task),
    (Message, "__repr__", _shortly),
    (Session, "handle_invoke_method_results", _take_answer),
    (Renderer, "render_component", _render_component),
    (_ComponentState, "change_owner", _change_owner),
    (Renderer, "render", _render),
    (BaseControl, "_before_update_safe", _before_update),
    (Dialogs, "update", _update_dialogs),
    (ft.Page, "push_route", _push_route),
    (ft.Page, "before_event", _before_event),
)
_COMPONENT_UPDATE, _SESSION_ERROR, _SESSION_DISCONNECT, _SESSION_CONNECT, _PAGE_RUN_TASK = 2, 3, 4, 5, 6
_RENDER_COMPONENT, _CHANGE_OWNER, _RENDER, _BEFORE_UPDATE, _DIALOGS_UPDATE = 9, 10, 11, 12, 13
_PUSH_ROUTE, _PAGE_EVENT = 14, 15
