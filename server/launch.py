"""Starting and stopping the parts of one process in the right order."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from server import schema
from server.core import memory, stopping
from server.core.connections.config import ServerConfig
from server.core.connections.registry import Connections
from server.core.database import Database
from server.core.database_watch import watching
from server.core.errors import StartupError
from server.core.keys import Use
from server.core.per_address import PerAddress
from server.core.private_files import make_private
from server.core.settings import Settings

CLOSE_SECONDS = 3
"""How long answers that are under way may take to end once we are asked to stop."""
MAX_KNOCKING = 2048
"""Connections that the system keeps until we accept them; whoever comes then has to try again."""
ONE_PRESS_SECONDS = 1
"""One press of Ctrl-C may arrive twice: from the terminal, and passed on by what started us (`uv run`)."""


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The address of the database; without `DATABASE_URL` an embedded one runs meanwhile. Raises StartupError."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    # Only here: the embedded server needs a POSIX system, a given database does not.
    from server.core.embedded_postgres.server import EmbeddedPostgres, EmbeddedPostgresError

    data_folder(settings)
    embedded = EmbeddedPostgres(settings.data_dir / "postgres")
    with stopping.not_left_behind(embedded.stop_at_once):
        try:
            yield embedded.start()
        except EmbeddedPostgresError as problem:
            raise StartupError(str(problem)) from problem
        finally:
            with _undisturbed():
                embedded.stop()


def data_folder(settings: Settings) -> Path:
    """The folder for everything that is kept, made for its owner only. Raises StartupError when it cannot be."""
    try:
        make_private(settings.data_dir)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise StartupError(f"The data folder {settings.data_dir} cannot be used: {reason}.") from problem
    return settings.data_dir


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore an impatient second Ctrl-C: a database that is half stopped would run on without us."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@asynccontextmanager
async def open_database(url: str, settings: Settings) -> AsyncIterator[Database]:
    """A pool on a database that answers. Raises StartupError in one line when it does not."""
    # Importing the rooms registers their listeners; whatever is written here must be heard.
    from server import app  # noqa: F401

    database = Database(url, pool=settings.database_pool, read_pool=settings.database_read_pool)
    try:
        await database.check()
        yield database
    finally:
        await database.close()


async def require_migrated(database: Database) -> None:
    """Raises StartupError when the database is not at the revision this code expects."""
    if not await schema.is_ready(database):
        raise StartupError("The database is not migrated. Run: estospaces migrate")


def listen(settings: Settings) -> socket.socket:
    """The socket to serve on, taken before anything slow begins.

    Raises StartupError when the port is taken, or strangers would come in where nothing was set.
    """
    settings.require_known_visitors()
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(MAX_KNOCKING)  # a port that is only bound can be bound by another process too
    except OSError as problem:
        listener.close()
        reason = problem.strerror or str(problem)
        raise StartupError(
            f"Port {settings.port} on {settings.host} cannot be used: {reason}. Choose another with --port."
        ) from problem
    return listener


@contextmanager
def stop_on_signals() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C and SIGTERM set; a second Ctrl-C ends at once, as people expect."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    asked_at = 0.0

    def asked(number: signal.Signals) -> None:
        nonlocal asked_at
        if not stop.is_set():
            asked_at = loop.time()
            stopping.within_deadline(exit_code=0)
            stop.set()
        elif number == signal.SIGINT and loop.time() - asked_at > ONE_PRESS_SECONDS:
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked, number)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)  # asyncio would leave the system's, which ends us before the database does


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does, and both within the deadline. Python's own answer to SIGTERM skips
    every `finally`, and the embedded database would run on."""
    asked = False

    def end(number: int, _: object) -> None:
        nonlocal asked
        if asked:
            return  # it is on its way, and a second press must not cut the tidying up short
        asked = True
        stopping.within_deadline(exit_code=128 + number)
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: one place decides when everything stops. Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(MAX_KNOCKING)  # asyncio takes the number it accepts at once for that of those who may wait
        self.ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: Settings, database: Database, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], object]
) -> None:
    """Answer requests until `stop` is set; calls `ready` once it does."""
    # Only here: the rooms and the web client take seconds to import, and most commands need neither.
    from server.app import create_app
    from server.web import Web, keeping_sessions

    settings.key(Use.ACCESS_TOKENS)  # made now: that it cannot be kept is told before anyone calls
    async with watching(database), keeping_sessions():
        await answer(Web(create_app(settings, database), settings).mount(), settings, listener, stop, ready)


async def answer(
    app: ASGIApp, settings: Settings, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], object]
) -> None:
    """Serve an app until `stop` is set; calls `ready` once it answers."""
    from server.core.cut_off import CutOff

    connections = Connections(settings)
    # A proxy's connections say nothing of how many people stand behind it.
    inside = PerAddress(app, connections.most_per_address) if settings.proxies.networks else app
    config = ServerConfig(
        CutOff(inside),
        connections,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    server = _Server(config, ready)

    async def end() -> None:
        await stop.wait()
        server.should_exit = True

    beside = [asyncio.create_task(part) for part in (end(), connections.watch(), memory.give_back())]
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()


async def serve_and_work(
    settings: Settings, database: Database, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], object]
) -> None:
    """Answer requests and run jobs until `stop` is set; when either fails, both end."""
    from server.worker import work_until

    async def guarded(part: asyncio.Task[None]) -> None:
        try:
            await part
        finally:
            stop.set()

    parts = [
        asyncio.create_task(serve(settings, database, listener, stop, ready)),
        asyncio.create_task(work_until(database, stop, settings)),
    ]
    results = await asyncio.gather(*(guarded(part) for part in parts), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
