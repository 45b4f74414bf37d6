"""A Flet app without a browser: a real Session and Page over a wire that only packs what it is given.

app = await App.start(main)            # or App.show(MyComponent, state)
await app.press("Ask to book")         # by the name readers hear
assert "£328.04" in app.texts()
"""

import asyncio
import contextlib
import contextvars
import dataclasses
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, TypeVar

import flet as ft
import msgpack  # type: ignore[import-untyped]
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.controls.object_patch import ObjectPatch
from flet.messaging.connection import Connection
from flet.messaging.protocol import Message, MessageAction, configure_encode_object_for_msgpack
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

C = TypeVar("C", bound=BaseControl)

_encode = configure_encode_object_for_msgpack(BaseControl)  # type: ignore[no-untyped-call]
# Fields that lead out of the tree on show.
_NOT_SHOWN = frozenset({"data", "_parent_component", "args", "kwargs", "_contexts", "_state"})
# What may hold a control.
_HOLDERS = (BaseControl, list, tuple)
_PRESSABLE = (ft.OutlinedButton, ft.FilledButton, ft.TextButton, ft.IconButton)


class FieldsAnew:
    """Fields that a render made anew after something had been typed: what is typed meanwhile goes to a lost one."""

    typed: ClassVar[set[int]] = set()
    """The numbers of the fields that something was typed into."""
    lost: ClassVar[list[str]] = []
    """What readers hear the fields called that were made anew."""


_from_diff = ObjectPatch.from_diff


def _watch_fields(*args: Any, **kwargs: Any) -> Any:
    patch, added, removed = _from_diff(*args, **kwargs)
    fields = [control for control in added if isinstance(control, ft.TextField)]
    gone = [control for control in removed if isinstance(control, ft.TextField) and control._i in FieldsAnew.typed]
    kept = {control._i for control in fields}
    made = {_place_of(control) for control in fields}
    FieldsAnew.lost += [
        place[0] for control in gone if control._i not in kept and (place := _place_of(control)) in made
    ]
    return patch, added, removed


def _place_of(control: BaseControl | None) -> tuple[str, ...]:
    """What readers hear a field called, and the components that it stands in."""
    label, components = "", []
    while control is not None:
        if isinstance(control, ft.Semantics) and not label:
            label = str(control.label)
        if isinstance(control, Component):
            components.append(control.fn.__name__)
        control = control.parent
    return (label, *components)


ObjectPatch.from_diff = staticmethod(_watch_fields)  # type: ignore[method-assign]


class Wire(Connection):
    """Takes every message, packs it as the real socket would, and answers calls of client methods."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.page_url = "http://test/app"
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(1)
        self.pubsubhub = PubSubHub(loop=self.loop, executor=self.executor)
        self.session: Session | None = None
        self.sent: list[Message] = []
        self.news = asyncio.Event()
        """Set whenever a message is sent."""
        self._moves: set[asyncio.Task[Any]] = set()
        self.bytes_sent = 0
        self.answered = True
        """Whether client methods are answered at all: a browser may take its time."""
        self.answers: dict[str, Any] = {}
        """Canned results of client methods, by name."""

    def send_message(self, message: Message) -> None:
        """Pack and keep a message; a method call is answered from `answers`."""
        # Packing also renders the components inside and fails on what the real wire could not carry.
        self.bytes_sent += len(msgpack.packb([message.action, message.body], default=_encode))
        self.sent.append(message)
        self.news.set()
        session, body = self.session, message.body
        if message.action == MessageAction.INVOKE_METHOD and session is not None and self.answered:
            answer = self.answers.get(body.name)
            self.loop.call_soon(session.handle_invoke_method_results, body.control_id, body.call_id, answer, None)
            if body.name == "push_route":
                self.loop.call_soon(self._go, session, body.args["route"])

    def _go(self, session: Session, route: str) -> None:
        """A pushed address comes back as an event, as from a browser."""
        session.apply_page_patch({"route": route})
        event = session.dispatch_event(session.page._i, "route_change", {"route": route})
        task = self.loop.create_task(event, context=contextvars.Context())
        self._moves.add(task)
        task.add_done_callback(self._moves.discard)

    def dispose(self) -> None:
        """Drop the threads."""
        self.executor.shutdown(wait=False)


class App:
    """One session and what it shows."""

    def __init__(self, session: Session, wire: Wire) -> None:
        self.session, self.wire = session, wire
        self.page: ft.Page = session.page

    @classmethod
    async def start(
        cls, main: Callable[[ft.Page], Any], *, route: str = "/", width: float = 1200, web: bool = True
    ) -> "App":
        """Run `main` on a page of this width, as the server does for a new browser."""
        wire = Wire()
        session = Session(wire)
        wire.session = session
        window = {
            "route": route,
            "width": width,
            "height": 800,
            "platform": "linux",
            "web": web,
        }
        session.apply_page_patch(
            {**window, "pwa": False, "debug": False, "wasm": False, "test": False, "media": {}, "window": {}}
        )
        msgpack.packb(session.get_page_patch(), default=_encode)  # type: ignore[no-untyped-call]
        app = cls(session, wire)
        # A context of its own, as the task of a socket has: two apps in one test must not share the current page.
        await asyncio.create_task(app._run(main), context=contextvars.copy_context())
        return app

    @classmethod
    async def show(cls, component: Callable[..., Any], *args: Any, width: float = 1200, route: str = "/") -> "App":
        """Show one component, or a function that returns a control, alone on a page."""
        # `ft.component` marks the bare function as well, so only the wrapper tells them apart.
        root = component if hasattr(component, "__component_impl__") else ft.component(component)
        return await cls.start(lambda page: page.render(root, *args), width=width, route=route)

    async def _run(self, main: Callable[[ft.Page], Any]) -> None:
        _context_page.set(self.page)  # type: ignore[arg-type]
        self.session.start_updates_scheduler()  # type: ignore[no-untyped-call]
        try:
            result = main(self.page)
            if asyncio.iscoroutine(result):
                await result
        except Exception as error:
            self.session.error(str(error))
        await self.session.after_event(self.page)
        await self.settle()

    async def settle(self, turns: int = 40) -> None:
        """Let everything that is ready run: updates, effects and what they schedule."""
        for _ in range(turns):
            await asyncio.sleep(0)

    async def changed(self, at_most: float = 0.02) -> None:
        """Wait until something else is on show, and all that is ready has run. What no message tells of takes no longer
        than `at_most` seconds to be looked for again."""
        self.wire.news.clear()
        await self.settle(5)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self.wire.news.wait()
        await self.settle(5)

    def all(self, kind: type[C], **properties: Any) -> list[C]:
        """Every control of a kind on show (dialogs included) whose properties have these values."""
        return [
            control
            for control in self._walk()
            if isinstance(control, kind) and all(getattr(control, k, None) == v for k, v in properties.items())
        ]

    def inside(self, control: BaseControl, kind: type[C]) -> list[C]:
        """Every control of a kind inside another."""
        return [part for part in _controls(control) if isinstance(part, kind)]

    def one(self, kind: type[C], **properties: Any) -> C:
        """The only control of a kind with these properties."""
        found = self.all(kind, **properties)
        assert len(found) == 1, f"expected one {kind.__name__} {properties}, found {len(found)}"
        return found[0]

    def texts(self) -> list[str]:
        """Every text on show, in order."""
        return [text.value or "".join(span.text or "" for span in text.spans or ()) for text in self.all(ft.Text)]

    def names(self) -> list[str]:
        """The name readers hear of every button on show; "" for one without a name."""
        return [name for name, _ in self._pressables()]

    def button(self, name: str) -> BaseControl:
        """The only button with this name."""
        found = [control for this, control in self._pressables() if this == name]
        assert len(found) == 1, f"expected one button {name!r}, found {len(found)}; there are {self.names()}"
        return found[0]

    async def press(self, name: str, *, first: bool = False) -> None:
        """Press the only button with this name (or the `first` of several); one that is off cannot be pressed."""
        named = [control for this, control in self._pressables() if this == name] if first else []
        control = named[0] if named else self.button(name)
        assert not getattr(control, "disabled", False), f"{name!r} is off"
        await self.event(control, "click")

    async def type(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        field = self.field(label)
        FieldsAnew.typed.add(field._i)
        self.session.apply_patch(field._i, {"value": value})
        await self.event(field, "change", value)

    async def type_and_press(self, label: str, value: str, name: str) -> None:
        """Type into a field and press a button before the app has drawn what was typed, as a busy server lets one."""
        field, button = self.field(label), self.button(name)
        self.session.apply_patch(field._i, {"value": value})
        events = ((field, "change", value), (button, "click", None))
        await asyncio.gather(
            *(
                asyncio.create_task(self.session.dispatch_event(control._i, *event), context=contextvars.Context())
                for control, *event in events
            )
        )
        await self.settle()

    def field(self, label: str) -> ft.TextField:
        """The only text field with this label."""
        named = [field for s in self.all(ft.Semantics, label=label) for field in self.inside(s, ft.TextField)]
        assert len(named) == 1, f"expected one field {label!r}, found {len(named)}"
        return named[0]

    async def event(self, control: BaseControl, name: str, data: Any = None) -> None:
        """Send an event of a control, as the browser would, in a task of its own."""
        await asyncio.create_task(self.session.dispatch_event(control._i, name, data), context=contextvars.Context())
        await self.settle()

    async def resize(self, width: float) -> None:
        """Change the width of the window. What is typed then may find another field, with all that was typed before."""
        FieldsAnew.typed.clear()
        self.session.apply_page_patch({"width": width})
        await self.event(self.page, "resize", {"width": width, "height": 800})

    def focused(self) -> BaseControl | None:
        """What the browser was last asked to give the focus; None when that is not on show."""
        asked = [call.control_id for call in self.calls("focus")][-1:]
        return next((control for control in self._walk() if [control._i] == asked), None)

    def calls(self, method: str) -> list[Any]:
        """What the browser was asked to do (`focus`, `scroll_to`), with `control_id` and `args`, in order."""
        calls = [message.body for message in self.wire.sent if message.action == MessageAction.INVOKE_METHOD]
        return [call for call in calls if call.name == method]

    def focus_on(self, label: str) -> bool:
        """Whether the focus was moved to the field or the choice with this label last."""
        focused = self.focused()
        named = [each for s in self.all(ft.Semantics, label=label) for each in self.inside(s, ft.BaseControl)]
        return any(each is focused for each in named)

    async def leave(self) -> None:
        """Drop the socket; the session stays for its time."""
        await self.session.disconnect(60)
        await self.settle()

    async def come_back(self) -> None:
        """Connect a new socket to the session."""
        self.wire = Wire()
        self.wire.session = self.session
        await asyncio.create_task(self.session.connect(self.wire))
        await self.settle()

    async def close(self) -> None:
        """End the session."""
        self.session.close()  # type: ignore[no-untyped-call]
        await self.settle()

    @property
    def crashes(self) -> list[str]:
        """What Flet's red screen was told to say."""
        return [m.body.message for m in self.wire.sent if m.action == MessageAction.SESSION_CRASHED]

    def _pressables(self) -> Iterator[tuple[str, BaseControl]]:
        shown = self._walk()
        labels = {id(s.content): s.label for s in shown if isinstance(s, ft.Semantics) and s.label and s.content}
        for control in shown:
            if isinstance(control, _PRESSABLE):
                yield self._name(control, labels), control

    def _name(self, control: Any, labels: dict[int, str]) -> str:
        inside = control.content if not isinstance(control, ft.IconButton) else None
        if isinstance(inside, str):
            return inside
        if isinstance(inside, ft.Semantics) and inside.label:
            return inside.label
        around = labels.get(id(control))
        if around:
            return around
        words = [part.value for part in _controls(inside) if isinstance(part, ft.Text)]
        return " ".join(words)

    def _walk(self) -> list[BaseControl]:
        # A dialog that was closed stays in the list until the browser has seen it off.
        dialogs = [dialog for dialog in self.page._dialogs.controls if getattr(dialog, "open", True)]
        return _controls([*self.page.views, *dialogs])


def _controls(value: Any) -> list[BaseControl]:
    """The controls at a place and below it, each once, in the order of their fields."""
    found: list[BaseControl] = []
    _gather(value, set(), found)
    return found


def _gather(value: Any, seen: set[int], found: list[BaseControl]) -> None:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, BaseControl):
        found.append(value)
        given = value._values
        for name, sparse in _fields(type(value)):
            part = given.get(name) if sparse else getattr(value, name, None)
            if isinstance(part, _HOLDERS):
                _gather(part, seen, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _gather(item, seen, found)


@functools.cache
def _fields(kind: type[BaseControl]) -> tuple[tuple[str, bool], ...]:
    """The fields of a kind of control, and whether Flet keeps only what was given for them: a page has some hundred
    controls of some sixty fields each, and a test that waits looks at all of them again and again."""
    names = (field.name for field in dataclasses.fields(kind) if field.name not in _NOT_SHOWN)
    return tuple((name, name in kind._prop_defaults) for name in names)
