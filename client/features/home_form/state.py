"""The editor of one home: what is typed, how it is kept while it is typed, and what becomes of it.

What is typed goes to the server as a draft whenever the typing rests, whole or half. The home itself changes only when
it is saved. Both have a version, so that two devices notice each other and neither loses a word.
"""

import asyncio
import dataclasses
from collections.abc import Awaitable
from typing import Final, TypeVar
from uuid import UUID

import flet as ft

from client.api import drafts
from client.api import properties as api
from client.core.http import ApiError, Http, Tagged, as_sentence
from client.core.language import t
from client.features.home_form.facts import differing, facts_of, said_of, typed_from, typed_of
from client.features.home_form.field_places import REVIEWED, TOLD_AT, Errors, base_of, field_at, in_order
from client.features.home_form.typed import Typed
from shared_models.drafts import DraftFinish, DraftRead
from shared_models.problems import Problem, ProblemCode
from shared_models.properties import PropertyRead, PropertyStatus, StatusMove

Answer = TypeVar("Answer")

KEEP_PAUSE_SECONDS = 1.5
"""How long the typing rests before it is kept."""
RETRY_SECONDS = 5.0
"""When keeping failed, it is tried again so much later."""
_ON_SHOW: Final = frozenset({PropertyStatus.PUBLISHED, PropertyStatus.PAUSED})
_AWAY: Final = frozenset({ProblemCode.TRY_AGAIN, ProblemCode.FAILED})


@dataclasses.dataclass(frozen=True)
class Other:
    """Another version of what is typed: of a draft that another device kept, or of the home itself."""

    typed: Typed
    etag: str
    of_home: PropertyRead | None = None
    """The home as it is now, when that is what changed."""


@ft.observable
@dataclasses.dataclass
class HomeEditor:
    """What is typed, what is wrong with it, and the home it is about (None: not there yet)."""

    http: Http
    typed: Typed = dataclasses.field(default_factory=Typed)
    id: UUID | None = None
    """The home's id, also of one that is not there yet; None until a draft is kept."""
    home: PropertyRead | None = None
    home_etag: str = ""
    draft_etag: str = ""
    loaded: bool = False
    errors: Errors = dataclasses.field(default_factory=dict)
    version: int = 0
    """Raised when what is typed should be seen elsewhere on the page (the preview, the marks of the steps)."""
    dirty: bool = False
    """Whether something is typed that the server does not have."""
    keep_problem: ApiError | None = None
    """Why the last try to keep it failed; what is typed is still here."""
    other: Other | None = None
    """Another version, found when this one should have been kept or saved: one of both has to be chosen."""
    asked: bool = False
    """Whether saving was tried: from then on every field says what is wrong with it."""
    _typing: int = dataclasses.field(default=0, repr=False, compare=False)
    _resting: bool = dataclasses.field(default=False, repr=False, compare=False)
    _keeping: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock, repr=False, compare=False)

    def put(self, name: str, value: str) -> None:
        """A field was typed in."""
        self.typed.words[name] = value
        self._touch()
        if name in self.errors:
            self.errors = {field: words for field, words in self.errors.items() if field != name}

    def forget_errors(self, name: str) -> None:
        """Say nothing more of a field and its parts until it is left, or saved, again."""
        self.errors = {field: words for field, words in self.errors.items() if base_of(field) != name}

    def left(self, name: str) -> None:
        """A field was left: say what is wrong with it, if something was typed, and show it in the preview.

        What its row or the field that has to agree with it is told to be, and is not any more, is said no longer.
        """
        _, errors = facts_of(self.typed)
        tied = {base_of(name), TOLD_AT.get(name)}
        if over := [field for field in self.errors if base_of(field) in tied and field not in errors]:
            self.errors = {field: words for field, words in self.errors.items() if field not in over}
        if name in errors and (self.typed.get(base_of(name)).strip() or self.asked):
            self.errors = in_order({**self.errors, name: errors[name]})
        self.version += 1

    def saw(self) -> None:
        """A choice was made: draw the page with it."""
        self._touch()
        self.version += 1

    def _touch(self) -> None:
        self._typing += 1
        if not self.dirty:
            self.dirty = True

    @property
    def draft(self) -> bool:
        """Whether there is something kept or typed that is not in the home."""
        return self.dirty or bool(self.draft_etag)

    @property
    def on_show(self) -> bool:
        """Whether a person of ours has looked at the home, so that some changes are looked at again."""
        return self.home is not None and self.home.status in _ON_SHOW

    def changes(self) -> tuple[list[str], list[str]]:
        """The fields changed of a home on show: those that are looked at first, those that take effect at once."""
        if self.home is None:
            return [], []
        now = typed_of(self.home.model_copy(update={"proposed": None}))
        changed = differing(self.typed, now)
        return [name for name in changed if name in REVIEWED], [name for name in changed if name not in REVIEWED]

    def to_correct(self) -> Errors:
        """All that is missing or wrong, by field in the order of the steps."""
        return facts_of(self.typed)[1]

    async def load(self, home_id: UUID | None) -> None:
        """Take the home, and what is kept of it and not saved. Raises ApiError, also for what is not there."""
        if home_id is None:
            self.loaded = True
            return
        kept = await _or_none(drafts.draft(self.http, home_id))
        found = await _or_none(api.tagged(self.http, home_id)) if kept is None or not kept.value.new else None
        if kept is None and found is None:
            raise ApiError(Problem(title=t("There is no such home"), status=404, code=ProblemCode.NOT_FOUND))
        self.id = home_id
        self._take(found, kept)
        self.loaded = True

    def _take(self, found: Tagged[PropertyRead] | None, kept: Tagged[DraftRead] | None) -> None:
        if found is not None:
            self.home, self.home_etag, self.typed = found.value, found.etag, typed_of(found.value)
        self.draft_etag = kept.etag if kept is not None else ""
        if kept is not None:
            self.typed = typed_from(kept.value.said)
        self.errors, self.dirty, self.asked, self.other, self.keep_problem = {}, False, False, None, None
        self.version += 1

    async def keep_soon(self) -> None:
        """Keep what is typed once the typing rests; while that fails for want of a line, again and again."""
        if self._resting:
            return
        self._resting = True
        try:
            while self.dirty and self.other is None:
                seen = -1
                while seen != self._typing:
                    seen = self._typing
                    await asyncio.sleep(KEEP_PAUSE_SECONDS)
                await self.keep()
                if self.keep_problem is not None:
                    if self.keep_problem.code not in _AWAY:
                        break
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            self._resting = False

    async def keep(self) -> None:
        """Keep what is typed now. What went wrong stands in `keep_problem`, another version in `other`."""
        async with self._keeping:  # one at a time: each needs the version that the one before made
            if not self.dirty or self.other is not None:
                return
            typing = self._typing
            try:
                kept = await self._send()
            except ApiError as error:
                self.keep_problem = error
                if error.code is ProblemCode.CHANGED_MEANWHILE:
                    await self._compare()
                return
            self.id, self.draft_etag, self.keep_problem = kept.value.id, kept.etag, None
            self.dirty = typing != self._typing

    async def _send(self) -> Tagged[DraftRead]:
        said = said_of(self.typed)
        if self.id is None:
            return await drafts.begin(self.http, said)
        return await drafts.keep(self.http, self.id, said, self.draft_etag)

    async def _compare(self) -> None:
        """Fetch the other version; equal words are no difference."""
        if self.id is None:
            return
        kept = await _or_none(drafts.draft(self.http, self.id))
        if kept is not None and kept.etag != self.draft_etag:
            self._offer(Other(typed_from(kept.value.said), kept.etag))
            return
        found = await _or_none(api.tagged(self.http, self.id))
        if found is not None and (found.etag != self.home_etag or kept is None):
            self._offer(Other(typed_of(found.value), found.etag, found.value))

    def _offer(self, other: Other) -> None:
        self.other = other
        if not differing(self.typed, other.typed):
            self.keep_mine()

    def keep_mine(self) -> Typed:
        """Of two versions mine stands, and the next keeping writes it; answers the one that was given up."""
        other, self.other, self.keep_problem = self.other, None, None
        if other is None:
            return self.typed
        if other.of_home is not None:
            self.home, self.home_etag = other.of_home, other.etag
        else:
            self.draft_etag = other.etag
        self.saw()
        return other.typed

    def take_theirs(self) -> Typed:
        """Of two versions the other stands; answers the one that was given up."""
        mine = self.typed
        self.take_back(self.keep_mine())
        return mine

    def take_back(self, mine: Typed) -> None:
        """Have the version back that was given up."""
        self.typed = mine
        self.saw()

    async def save(self) -> None:
        """Make the home, or change it. Raises ApiError; what is wrong with a field also stands beside it."""
        self.asked = True
        facts, self.errors = facts_of(self.typed)
        if facts is None:
            raise ApiError(Problem(title=t("Some fields need correcting"), status=0, code=ProblemCode.MALFORMED))
        if self.id is None:
            await self.keep()
        async with self._keeping:
            if self.id is None:
                raise self.keep_problem or ApiError(Problem(title=t("It could not be kept"), status=0))
            try:
                request = DraftFinish(facts=facts, home_etag=self.home_etag or None)
                saved = await drafts.finish(self.http, self.id, request, self.draft_etag)
            except ApiError as error:
                if error.code is ProblemCode.CHANGED_MEANWHILE:
                    await self._compare()
                self._note(error)
                raise
            self._take(saved, None)

    async def submit(self) -> None:
        """Save, then ask for the review. Raises ApiError; when only the review is refused, all is saved."""
        await self.save()
        if self.home is None:
            return
        try:
            move = StatusMove(status=PropertyStatus.PENDING_REVIEW)
            await api.move(self.http, self.home.id, move)
            found = await api.tagged(self.http, self.home.id)
            self.home, self.home_etag = found.value, found.etag
        except ApiError as error:
            self._note(error)
            raise

    async def throw_away(self) -> None:
        """Forget what is not saved: the home, if it is there, stands in the fields again. Raises ApiError."""
        async with self._keeping:
            if self.id is not None:
                await drafts.discard(self.http, self.id)
            self.draft_etag, self.dirty = "", False
            if self.home is not None:
                self._take(Tagged(self.home, self.home_etag), None)

    def _note(self, error: ApiError) -> None:
        told = {field_at(path): as_sentence(reason) for path, reason in error.fields.items()}
        if "pin" in told:
            told["latitude"] = told.pop("pin")
        self.errors = in_order(told)


async def _or_none(asked: Awaitable[Answer]) -> Answer | None:
    try:
        return await asked
    except ApiError as error:
        if error.code is not ProblemCode.NOT_FOUND:
            raise
        return None
