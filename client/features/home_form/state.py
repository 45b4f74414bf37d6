"""The form of one home: a new draft, or a change of what stands there."""

import dataclasses
from uuid import UUID

import flet as ft

from client.api import properties as api
from client.core.http import ApiError, Http
from client.core.language import t
from client.features.home_form.facts import Errors, Typed, facts_of, field_at, in_order, typed_of
from shared_models.problems import Problem, ProblemCode
from shared_models.properties import PropertyRead, PropertyStatus, StatusMove


@ft.observable
@dataclasses.dataclass
class HomeForm:
    """What is typed, what is wrong with it, and the home it is about (None: a new one)."""

    http: Http
    typed: Typed
    home: PropertyRead | None = None
    errors: Errors = dataclasses.field(default_factory=dict)
    version: int = 0
    """Raised when what is typed should be seen elsewhere on the page (the preview, the unit of the price)."""
    changed: bool = False
    """Whether something is typed that is not saved."""
    asked: bool = False
    """Whether saving was tried: from then on a corrected field loses its error at once, and others show theirs."""

    def put(self, name: str, value: str) -> None:
        """A field was typed in."""
        self.typed.words[name] = value
        self.changed = True
        if name in self.errors:
            self.errors = {field: words for field, words in self.errors.items() if field != name}

    def left(self, name: str) -> None:
        """A field was left: say what is wrong with it, if something was typed, and show it in the preview."""
        _, errors = facts_of(self.typed)
        if name in errors and (self.typed.get(name).strip() or self.asked):
            self.errors = in_order({**self.errors, name: errors[name]})
        self.version += 1

    def saw(self) -> None:
        """A choice was made: draw the page with it."""
        self.changed = True
        self.version += 1

    async def load(self, property_id: UUID) -> None:
        """Take a home into the form. Raises ApiError."""
        self._take(await api.property_(self.http, property_id))

    async def save(self) -> None:
        """Create the draft or change the home. Raises ApiError; what is wrong with a field also stands beside it."""
        self.asked = True
        facts, self.errors = facts_of(self.typed)
        if facts is None:
            raise ApiError(Problem(title=t("Some fields need correcting"), status=0, code=ProblemCode.MALFORMED))
        try:
            if self.home is None:
                home = await api.create(self.http, facts)
            else:
                home = await api.change(self.http, self.home.id, facts)
        except ApiError as error:
            self._note(error)
            raise
        self._take(home)

    async def submit(self) -> None:
        """Save, then ask for the review. Raises ApiError; when only the review is refused, all is saved."""
        await self.save()
        if self.home is None:
            return
        try:
            self.home = await api.move(self.http, self.home.id, StatusMove(status=PropertyStatus.PENDING_REVIEW))
        except ApiError as error:
            self._note(error)
            raise

    def _take(self, home: PropertyRead) -> None:
        self.home, self.typed = home, typed_of(home)
        self.errors, self.changed, self.asked = {}, False, False
        self.version += 1

    def _note(self, error: ApiError) -> None:
        told = {field_at(path): reason[:1].upper() + reason[1:] + "." for path, reason in error.fields.items()}
        if "pin" in told:
            told["latitude"] = told.pop("pin")
        self.errors = in_order(told)
