"""The figures of the decision records are those of the product: who changes one says so where its reason stands."""

import re
from datetime import timedelta

import pytest

from client.core.flet_socket import ANSWERS_WAITING, EVENTS_A_SECOND, EVENTS_AT_ONCE
from server import web
from server.auth.throttling import rules as throttling
from server.auth.throttling.rules import Limit
from server.core import (
    database,
    database_watch,
    fair_queue,
    inbox,
    keys,
    limits,
    lock_queue,
    outages,
    rates,
    retries,
    stopping,
)
from server.core.budgets import Budgets, CallClass
from server.core.connections import http, registry, sockets
from server.core.limits import Limits
from server.core.retries import RetryPolicy
from server.core.settings import Settings
from server.core.web import bodies, connections, json_bodies, problems
from server.properties.drafts import endpoints as drafts
from server.properties.importing import endpoints as importing
from shared_models import addresses, names
from shared_models.imports import MAX_FILE_BYTES
from tests.architecture.tree import ROOT

Figure = tuple[str, str]
"""What a row of a table begins with, and what it must say then."""
YEARS = {timedelta(days=365): "a year"}
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}
OTHER_NAMES = {
    "report of the same home": CallClass.REPORT_OF_SAME_HOME,
    "window of the web client": CallClass.SOCKET,
    "any other read": CallClass.READ,
    "any other write": CallClass.WRITE,
}
"""Kinds of calls that the record calls otherwise than the code does."""


def record(number: str) -> str:
    """The text of a decision record."""
    (file,) = (ROOT / "docs" / "decisions").glob(f"{number}-*.md")
    return file.read_text()


def rows_of(number: str) -> dict[str, list[str]]:
    """The rows of a record's tables, by what they begin with."""
    lines = [line for line in map(str.strip, record(number).splitlines()) if line.startswith("|") and "---" not in line]
    return {first: rest for first, *rest in ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines)}


def span(time: float | timedelta) -> str:
    """A time as people write it: `10 s`, `5 min`, `1 h`, from two days on in hours too."""
    seconds = time.total_seconds() if isinstance(time, timedelta) else time
    if seconds < 60 or seconds % 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3600 else f"{seconds / 3600:g} h"


def word(number: float) -> str:
    """A number as it stands in a sentence."""
    return {2: "two", 4: "four", 5: "five", 10: "ten", 16: "sixteen"}.get(int(number), f"{number:g}")


def kilobytes(size: int) -> str:
    """A size of a body, which is counted in thousands."""
    return f"{size // 1000} kB"


REQUEST: tuple[Figure, ...] = (
    (
        "time of a body",
        f"{bodies.BodyLimits().seconds:g} s, and {bodies.BodyLimits().min_bytes_per_second // 1000} kB/s",
    ),
    ("size of a body", f"{kilobytes(bodies.DEFAULT_MAX_BYTES)};"),
    ("size of a body", f"drafts ({kilobytes(bodies.limits_of(drafts.keep).max_bytes)})"),
    ("size of a body", f"plans ({kilobytes(importing.MAX_PLAN_BYTES)})"),
    ("a file", f"{MAX_FILE_BYTES // 1_000_000} MB, on `POST /imports` alone"),
    ("a file", f"{word(bodies.MAX_FILES_AT_ONCE)} in a process"),
    ("its form", f"{json_bodies.MAX_DEPTH} levels, {json_bodies.MAX_VALUES:,} values, {json_bodies.MAX_DIGITS} digits"),
    ("its form", f"{json_bodies.MAX_FLOAT_LENGTH} characters of a fraction"),
    ("what is wrong", f"{problems.MAX_ERRORS} fields are named, each by {problems.MAX_FIELD_LENGTH} characters"),
)
CONNECTION: tuple[Figure, ...] = (
    (
        "head of a request, from the connection or its first byte",
        f"{DEFAULTS['header_seconds']:g} s, {DEFAULTS['max_header_bytes'] // 1024} kB",
    ),
    ("rest between two requests", f"{DEFAULTS['keep_alive_seconds']:g} s"),
    (
        "answer that is not read",
        f"{DEFAULTS['write_seconds']:g} s, then {registry.SLOWEST_READER // 1000} kB a second",
    ),
    ("requests ahead of the first answer", f"{http.MAX_AHEAD}"),
    ("connections in all", f"{DEFAULTS['max_connections']:,}, or what `ulimit -n` allows"),
    ("connections of an address (IPv6: a /64)", f"{registry.MAX_PER_ADDRESS} in production, elsewhere any number"),
    ("one that is refused", f"{registry.REFUSED_SECONDS:g} s, {registry.MAX_REFUSED} of them"),
)
SOCKET: tuple[Figure, ...] = (
    ("time to register", f"{DEFAULTS['register_seconds']:g} s"),
    ("not yet registered, of one address", f"{DEFAULTS['max_unregistered_per_address']}"),
    ("a refusal of one too many", f"after {web.REFUSED_SECONDS:g} s"),
    ("message before that", f"{sockets.FIRST_MESSAGE_BYTES // 1024} kB"),
    ("message after that", f"{web.MESSAGE_BYTES // 1_000_000} MB"),
    ("message while a file was asked for", f"{web.FILE_MESSAGE_BYTES // 1_000_000} MB"),
    ("parts of a message", f"{sockets.MAX_FRAGMENTS:,}"),
    ("messages", f"{EVENTS_A_SECOND:g} a second, {EVENTS_AT_ONCE:g} at once"),
    ("answers waiting for the browser", f"{ANSWERS_WAITING}"),
    (
        "sign of life",
        f"asked for every {DEFAULTS['ping_seconds']:g} s, awaited {DEFAULTS['ping_seconds']:g} s",
    ),
)
TABLES = {"0013": REQUEST, "0014": CONNECTION + SOCKET}


@pytest.mark.parametrize(("number", "begins", "says"), [(n, *figure) for n, rows in TABLES.items() for figure in rows])
def test_a_limit_is_the_one_its_record_tells(number: str, begins: str, says: str) -> None:
    assert says in " | ".join(rows_of(number)[begins])


SENTENCES = {
    "0013": [
        f"was read past for {word(connections.READ_PAST_SECONDS)} seconds",
        f"or {connections.READ_PAST_BYTES // 1_000_000} MB",
    ],
    "0014": [
        f"An address has {word(Budgets().people_per_address)} times as much",
        f"More than {word(rates.TOLD_AT_ONCE.amount)} refusals a second are told a second later each",
    ],
    "0015": [
        f"Requests have {DEFAULTS['database_pool']} connections (`DATABASE_POOL`)",
        f"searches {DEFAULTS['database_read_pool']} that only read (`DATABASE_READ_POOL`)",
        f"the looks at ended sessions and at readiness {database.MAINTENANCE_POOL}",
        f"waits at most {database.WAIT_SECONDS} s, "
        f"in a line of at most {word(database.WAITING_FOR_EACH)} for each connection",
        f"wait ({lock_queue.MAX_WAITING} for a home, {lock_queue.WAIT_SECONDS} s)",
        f"after pauses that grow from {lock_queue.FIRST_PAUSE_SECONDS * 1000:g} "
        f"to {lock_queue.MAX_PAUSE_SECONDS * 1000:g} ms",
        f"forgotten by half in {fair_queue.HALF_LIFE_SECONDS:g} s",
        f"nobody waits longer than {database.READ_WAIT_SECONDS} s",
        f"{word(database.READS_AT_ONCE)} at a time, {word(database.READS_WAITING)} in line",
    ],
    "0016": [
        f"stopping takes {word(stopping.STOP_SECONDS)} seconds at most",
        f"after {word(database_watch.HANGS_AFTER)} questions without an answer",
        f"nothing has failed for {outages.QUIET_SECONDS:g} s",
    ],
    "0017": [
        f"at most {names.MAX_NAME} characters",
        f"no more than {word(names.MAX_MARKS)} marks on a letter",
        f"short (under {keys.MIN_SECRET} characters)",
        f"at most {addresses.MAX_ADDRESS} characters, {addresses.MAX_NAME} of them before the `@`",
    ],
    "0018": [
        f"kept for {inbox.KEPT.days} days",
        f"left undone for {'a year' if timedelta(days=365) == inbox.KEPT_UNPROCESSED else inbox.KEPT_UNPROCESSED}",
    ],
}
"""What stands in a sentence."""


@pytest.mark.parametrize(("number", "says"), [(n, says) for n, sentences in SENTENCES.items() for says in sentences])
def test_a_figure_in_a_sentence_is_that_of_the_product(number: str, says: str) -> None:
    assert says in " ".join(record(number).split())


def test_the_budget_of_each_kind_of_call_is_the_one_its_record_tells() -> None:
    rows = rows_of("0014")
    kinds = dict(list(rows.items())[list(rows).index("kind") + 1 :])
    told = {begins.partition(" (")[0]: budget for begins, (budget, *_) in kinds.items()}
    assert {OTHER_NAMES.get(name) or CallClass(name): budget for name, budget in told.items()} == {
        kind: Budgets().of(kind) for kind in CallClass
    }


@pytest.mark.parametrize(
    ("begins", "ours"),
    [
        ("requests", limits.REQUESTS),
        ("searches", limits.SEARCHES),
        ("what a process looks up by itself", limits.MAINTENANCE),
        ("jobs, imports, the demo", limits.JOBS),
        ("migrations", limits.MIGRATIONS),
    ],
)
def test_what_the_database_ends_is_ended_after_what_its_record_tells(begins: str, ours: Limits) -> None:
    statement, lock, idle = rows_of("0015")[begins]
    assert (statement, lock.partition(",")[0], idle) == (
        span(ours.statement),
        span(ours.lock),
        span(ours.idle_in_transaction),
    )


@pytest.mark.parametrize(
    ("begins", "ours"),
    [("internal work", retries.INTERNAL), ("mails", retries.MAILS), ("providers", retries.PROVIDERS)],
)
def test_what_fails_is_tried_again_as_its_record_tells(begins: str, ours: RetryPolicy) -> None:
    first, longest, window = rows_of("0018")[begins]
    assert (first, longest.partition(" (")[0], window) == (
        span(ours.first_wait),
        span(ours.longest_wait),
        span(ours.window),
    )


@pytest.mark.parametrize(
    ("begins", "ours"),
    [
        ("account and place", throttling.PLACE),
        ("account, from places it does not know", throttling.ACCOUNT),
        ("address, for accounts that do not know it", throttling.ADDRESS),
    ],
)
def test_who_guesses_waits_as_its_record_tells(begins: str, ours: Limit) -> None:
    free, then, _ = rows_of("0006")[begins]
    assert (free, then) == (f"{ours.free}", f"{span(ours.first)}, doubling to {span(ours.longest)}")


def test_the_example_of_the_settings_shows_each_number_as_it_is_when_nobody_sets_it() -> None:
    example = (ROOT / ".env.example").read_text()
    shown = {name.lower(): int(value) for name, value in re.findall(r"^# ?([A-Z_]+)=(\d+)$", example, re.MULTILINE)}
    assert len(shown) > 10
    by_environment = {"max_connections_per_address": registry.MAX_PER_ADDRESS}
    assert shown == {name: DEFAULTS[name] if DEFAULTS[name] is not None else by_environment[name] for name in shown}
