"""The pages of a search: where one ended, packed so that it serves its own search only. Pure."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from server.core import cursors
from server.core.errors import Malformed
from shared_models.base import known
from shared_models.money import Currency
from shared_models.search import SearchRequest

_MAX_KEY = 2**53
_CURRENCIES = frozenset(["", *known(Currency)])


@dataclass(frozen=True)
class After:
    """Where a page ended: the last home's sort key. `currency` is empty where the order does not begin with it."""

    currency: str
    number: int
    id: UUID


def cursor_of(request: SearchRequest, after: After) -> str:
    """The cursor of the page after `after`."""
    return cursors.pack([_fingerprint(request), after.currency, after.number, after.id])


def read_cursor(request: SearchRequest) -> After | None:
    """Where the asked page begins; None for the first. Raises Malformed for a cursor of another search."""
    if request.cursor is None:
        return None
    fingerprint, currency, number, id_ = cursors.unpack(request.cursor, [str, str, int, UUID])
    # A wish of ours with a key of somebody's making would reach the database: its parts are checked one by one.
    if fingerprint != _fingerprint(request):
        raise Malformed.field("cursor", "belongs to another search; start from the first page")
    if currency not in _CURRENCIES or abs(number) > _MAX_KEY:
        raise Malformed.field("cursor", "is not one of ours; start from the first page")
    return After(currency, number, id_)


def _fingerprint(request: SearchRequest) -> str:
    sets = {name: sorted(set(getattr(request, name))) for name in ("types", "amenities", "rules")}
    asked = request.model_copy(update={"cursor": None, "limit": 0, **sets})
    return hashlib.sha256(asked.model_dump_json().encode()).hexdigest()[:16]
