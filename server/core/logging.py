"""Structured logs with a request id. No secret and no personal data goes in: ids and route templates only."""

import io
import logging
import logging.handlers
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import structlog

from server.core.private_files import open_private, tighten

_QUOTES_VALUES = ("asyncpg", "psycopg", "pydantic", "pydantic_core", "sqlalchemy")
"""Packages whose errors quote the values they stumbled on: an e-mail, a body, the parameters of a statement."""
_CHATTY = ("uvicorn.access", "procrastinate", "httpx", "flet", "pyvips", "sqlalchemy.engine", "alembic")
_RECONNECT = ("procrastinate", "psycopg", "asyncio")
"""Packages that tell of every attempt to reach a database that is away; `core.outages` says it once."""
_AWAY = {"OperationalError", "InterfaceError", "TryAgain"}
"""The errors of such attempts, by the names of their classes: not every process that logs loads a driver."""
_FILE_BYTES = 5_000_000
_FILES = 2


def set_up(style: str = "console", level: int = logging.INFO) -> None:
    """Write logs to standard error, as JSON lines or for people (`console`)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_traceback),
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for own in ("uvicorn", "uvicorn.error"):
        logging.getLogger(own).handlers[:] = []
        logging.getLogger(own).propagate = True


def keep_in(file: Path) -> None:
    """Write on to `file` and its two predecessors, for their owner only, and leave only warnings for the terminal.

    Raises OSError.
    """
    (terminal,) = logging.getLogger().handlers
    kept = _PrivateFile(file, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8")
    for before in range(1, _FILES + 1):
        if (path := file.with_name(f"{file.name}.{before}")).exists():
            tighten(path)
    kept.setFormatter(terminal.formatter)
    kept.addFilter(_is_news)
    terminal.setLevel(logging.WARNING)
    logging.getLogger().addHandler(kept)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A log that others cannot read. When the disk is full, what cannot be written is left out."""

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=open_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record says more than that the database is still away; a job that failed for good does, in a line."""
    if record.name.partition(".")[0] not in _RECONNECT:
        return True
    if record.name.startswith("psycopg"):
        return record.levelno > logging.WARNING
    if not record.exc_info or not _is_outage(record.exc_info[1]):
        return True
    if getattr(record, "action", None) != "job_error":
        return False
    record.exc_info = None
    return True


def _is_outage(error: BaseException | None) -> bool:
    while error is not None:
        if _AWAY & {base.__name__ for base in type(error).__mro__}:
            return True
        error = error.__cause__ or error.__context__
    return False


def _traceback(exc_info: structlog.typing.ExcInfo) -> str:
    """Where it happened and what, the cause first; without what an error of another package quotes."""
    return "".join(_parts(exc_info[1])).rstrip()


def _parts(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _parts(before)
        yield "then:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{_details(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _parts(part)


def _details(error: BaseException) -> str:
    if type(error).__module__.partition(".")[0] not in _QUOTES_VALUES:
        return f": {error}" if str(error) else ""
    marks = (getattr(error, name, None) for name in ("sqlstate", "constraint_name"))
    known = ", ".join(str(mark) for mark in marks if mark)
    return f": {known}" if known else ""
