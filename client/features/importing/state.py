"""Homes from a file: upload, what its columns mean, the dry run, the run and its undo."""

import asyncio
import dataclasses
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import flet as ft
from pydantic import ValidationError

from client.api import imports as api
from client.api import properties
from client.core.device import PickedFile
from client.core.http import ApiError, Http, as_sentence, wrong_input
from client.core.language import t
from client.core.rows import joined
from client.parts.bulk_moves import BulkProgress, Told, Work
from shared_models.base import known
from shared_models.imports import (
    MANY_COLUMNS,
    MAX_FILE_BYTES,
    FileWide,
    Finding,
    ImportField,
    ImportFinding,
    ImportPlan,
    ImportRead,
    ImportStatus,
    asked_for_the_file,
)
from shared_models.problems import Problem, ProblemCode
from shared_models.properties import BulkMove, BulkMoved, LetType, PropertyStatus, PropertyType

POLL_SECONDS = 1.0
WORKING: Final = frozenset({ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.CANCELLING})
MAPPED: Final = frozenset({ImportStatus.UPLOADED, ImportStatus.CHECKED})

WIDE: Final = frozenset(FileWide.model_fields)
"""What can hold for the whole file; all else only a column says."""
_NAMES: Final = WIDE | {*known(ImportField)}
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")


@ft.observable
@dataclasses.dataclass
class ImportsState:
    """All runs of the caller, the latest first."""

    http: Http
    runs: tuple[ImportRead, ...] = ()
    next_cursor: str | None = None
    loaded: bool = False
    uploading: str = ""
    """The name of the file on its way, or ""."""

    async def load(self) -> None:
        """The first page. Raises ApiError."""
        page = await api.mine(self.http)
        self.runs, self.next_cursor, self.loaded = tuple(page.items), page.next_cursor, True

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await api.mine(self.http, cursor=cursor)
        if self.next_cursor == cursor:
            self.runs, self.next_cursor = joined(self.runs, page.items), page.next_cursor

    async def upload(self, file: PickedFile) -> ImportRead:
        """Send a file; nothing is taken in yet. Raises ApiError, also before sending what cannot be read."""
        if not file.content:
            raise _refused(t("This file is empty. Choose another one."))
        if len(file.content) > MAX_FILE_BYTES:
            raise _refused(t("This file is larger than 20 MB. Split it, and import one part after the other."))
        self.uploading = file.name
        try:
            return await api.upload(self.http, _plain_name(file.name), file.content)
        finally:
            self.uploading = ""


def _plain_name(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\]+", "_", name)[-200:] or "homes.csv"


def _refused(words: str) -> ApiError:
    return ApiError(Problem(title=words, status=0, code=ProblemCode.IMPORT_UNREADABLE))


@ft.observable
@dataclasses.dataclass
class RunState:
    """One import: the plan as it is being made, how far the run is, and what it found."""

    http: Http
    run: ImportRead | None = None
    columns: Mapping[str, ImportField] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """What each column means; one that is not here is not taken."""
    wide: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """What holds for the whole file, as typed; the names are those of `FileWide`."""
    kinds: Mapping[str, PropertyType] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    """What the landlord says that words of the file mean as kinds of home."""
    changed: bool = False
    """Whether the plan on the page is another one than the server knows."""
    errors: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    out_of_touch: bool = False
    """Whether the last look at a run on its way failed; it goes on all the same."""
    only: Finding | None = None
    findings: tuple[ImportFinding, ...] = ()
    findings_cursor: str | None = None
    findings_of: tuple[object, ...] = ()
    """Which state of the run the findings shown belong to."""
    bulk: BulkProgress = dataclasses.field(default_factory=BulkProgress)
    moved_all: bool = False
    """Whether all its homes were submitted or published from this page."""

    async def load(self, run_id: UUID) -> None:
        """Take a run and its plan. Raises ApiError."""
        run = await api.run(self.http, run_id)
        self.run = run
        if run.plan is not None:
            columns = dict(run.plan.columns)
            wide = {name: _word(value) for name, value in run.plan.file_wide.model_dump(mode="json").items()}
            if LetType(wide["let_type"]) is LetType.NIGHTLY and _let_type_follows(columns.values()):
                del wide["let_type"]  # what the wire says where nobody said anything
            self.kinds = MappingProxyType(dict(run.plan.kinds))
        else:
            columns = {column.name: column.guess for column in run.columns if column.guess is not None}
            wide = {}
        self.columns, self.wide, self.changed = MappingProxyType(columns), MappingProxyType(wide), False
        await self.follow_findings()

    def mean(self, column: str, meaning: ImportField | None) -> None:
        """Say what a column means. Two cannot mean the same (but amenities): another with this meaning loses it."""
        columns = {
            name: known
            for name, known in self.columns.items()
            if name != column and (known is not meaning or known in MANY_COLUMNS)
        }
        if meaning is not None:
            columns[column] = meaning
        self.columns, self.changed = MappingProxyType(columns), True
        self._forget_error("" if meaning is None else meaning.value)

    def say(self, name: str, value: str) -> None:
        """Say what holds for the whole file; "" says nothing."""
        self.wide, self.changed = MappingProxyType({**self.wide, name: value}), True
        self._forget_error(name)

    def say_kind(self, word: str, kind: PropertyType | None) -> None:
        """Say what a word of the file means as a kind of home."""
        kinds = {known: other for known, other in self.kinds.items() if known != word}
        self.kinds = MappingProxyType(kinds if kind is None else {**kinds, word: kind})
        self.changed = True

    def kind_words(self) -> Mapping[str, PropertyType | None]:
        """The words of the column of kinds, and what each is taken for; those that are not known come first."""
        run = self.run
        column = next((name for name, meaning in self.columns.items() if meaning is ImportField.TYPE), None)
        words = next((known.kinds for known in run.columns if known.name == column), {}) if run is not None else {}
        said = {word: self.kinds.get(word, kind) for word, kind in words.items()}
        return dict(sorted(said.items(), key=lambda item: words[item[0]] is not None))

    def _forget_error(self, name: str) -> None:
        self.errors = MappingProxyType({field: words for field, words in self.errors.items() if field != name})

    def missing(self) -> tuple[ImportField, ...]:
        """What no column and no value for the whole file says, though it has to be said once."""
        wide = {name for name, value in self.wide.items() if value.strip()}
        return tuple(asked_for_the_file(set(self.columns.values()), wide))

    async def check(self) -> None:
        """Send the plan and begin the dry run. Raises ApiError; what is wrong with a value stands beside it."""
        await self._begin(api.check)

    async def start(self) -> None:
        """Begin to take the homes in. Raises ApiError."""
        await self._begin(api.start)

    async def _begin(self, go: Callable[[Http, UUID], Awaitable[ImportRead]]) -> None:
        run = self.run
        if run is None:
            return
        if self.changed or run.plan is None:
            try:
                self.run = run = await api.plan(self.http, run.id, self._plan())
            except ApiError as error:
                self._note(error)
                raise
            self.changed = False
        self.run = await go(self.http, run.id)
        self.findings, self.findings_cursor, self.findings_of = (), None, ()

    def _plan(self) -> ImportPlan:
        """The plan on the page. Raises ApiError."""
        wrong = {}
        if not _SOURCE.fullmatch(self.wide.get("source", "").strip()):
            wrong["source"] = t(
                "Use up to 60 small letters, figures, dots and hyphens, such as insideairbnb-edinburgh."
            )
        for field in self.missing():
            wrong[field.value] = t("Say it here, or choose the column that says it.")
        if wrong:
            raise self._wrong(wrong)
        said = {name: value.strip() for name, value in self.wide.items() if value.strip() and name != "instant_book"}
        try:
            wide = FileWide.model_validate({**said, "instant_book": self.wide.get("instant_book") == "yes"})
        except ValidationError as error:
            words = t("This cannot be used. Check it for typing errors.")
            raise self._wrong({str(item["loc"][0]): words for item in error.errors()}) from error
        kinds: dict[str, Any] = {"kinds": dict(self.kinds)} if self.kinds else {}
        return ImportPlan(columns=dict(self.columns), file_wide=wide, **kinds)

    def _wrong(self, errors: dict[str, str]) -> ApiError:
        self.errors = MappingProxyType(errors)
        return wrong_input(errors)

    def _note(self, error: ApiError) -> None:
        if told := beside(error):
            self.errors = MappingProxyType({**self.errors, **told})

    async def cancel(self) -> None:
        """Stop the run, or undo it when it is over. Raises ApiError."""
        if self.run is not None:
            self.run = await api.cancel(self.http, self.run.id)

    async def watch(self) -> None:
        """Look each second how far the run is, until it has ended. A failed look is tried again."""
        while self.run is not None and self.run.status in WORKING:
            await asyncio.sleep(POLL_SECONDS)
            try:
                self.run = await api.run(self.http, self.run.id)
                self.out_of_touch = False
            except ApiError:
                self.out_of_touch = True

    async def follow_findings(self) -> None:
        """Load what a run found, once it has ended its check, its import or its undo. Raises ApiError."""
        run = self.run
        if run is None or run.status in WORKING:
            return
        now = (run.id, run.status, run.refused, run.warnings)
        if now != self.findings_of:
            self.findings_of = now
            await self.find(None)

    async def find(self, only: Finding | None) -> None:
        """The first findings, of one kind or all. Raises ApiError."""
        if self.run is None:
            return
        page = await api.findings(self.http, self.run.id, finding=only)
        self.only, self.findings, self.findings_cursor = only, tuple(page.items), page.next_cursor

    async def more_findings(self) -> None:
        """The next findings. Raises ApiError."""
        asked = only, cursor = self.only, self.findings_cursor
        if self.run is None or cursor is None:
            return
        page = await api.findings(self.http, self.run.id, finding=only, cursor=cursor)
        if asked == (self.only, self.findings_cursor):
            self.findings, self.findings_cursor = (*self.findings, *page.items), page.next_cursor

    async def findings_file(self) -> bytes:
        """All findings for a spreadsheet. Raises ApiError."""
        return b"" if self.run is None else await api.findings_file(self.http, self.run.id)

    async def submit_all(self) -> bool:
        """Ask for the review of every draft this run made; True when it went through."""
        done = await self.bulk.run(t("Submitting for review"), self._step(PropertyStatus.DRAFT, _REVIEW))
        self.moved_all = self.moved_all or done
        return done

    async def publish_all(self) -> bool:
        """Submit, then approve every home this run made; True when it went through."""
        submit = self._step(PropertyStatus.DRAFT, _REVIEW)
        approve = self._step(_REVIEW, PropertyStatus.PUBLISHED)
        done = await self.bulk.run(t("Publishing"), submit, approve)
        self.moved_all = self.moved_all or done
        return done

    def _step(self, from_: PropertyStatus, to: PropertyStatus) -> Work:
        run_id = self.run.id if self.run is not None else None

        async def work(told: Told) -> BulkMoved:
            return await properties.move_all(self.http, BulkMove(status=to, from_status=from_, import_id=run_id), told)

        return work


def _let_type_follows(meanings: Collection[ImportField]) -> bool:
    """Whether the columns say how the homes are let, so that nobody had to."""
    return ImportField.LET_TYPE not in asked_for_the_file(meanings, ())


def beside(error: ApiError) -> dict[str, str]:
    """What an error says of the plan, by the name of what is wrong."""
    told = {path.rpartition(".")[2]: as_sentence(reason) for path, reason in error.fields.items()}
    return {name: words for name, words in told.items() if name in _NAMES}


_REVIEW = PropertyStatus.PENDING_REVIEW


def _word(value: object) -> str:
    return "yes" if value is True else "" if value in (None, False) else str(value)
