"""Rules of a listing: who may move it where, what it needs to be shown, its slug, its version. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared_models.cancellation_terms import CancellationPolicy
from shared_models.moves import may_move
from shared_models.problems import FieldProblem
from shared_models.properties import LANDLORD_MOVES, MOVES, PropertyStatus
from shared_models.search_map import shown

LATER_FACTS = (
    "advance_notice_days",
    "booking_window_days",
    "preparation_days",
    "check_in_weekdays",
    "seasons",
    "weekend_percent",
    "length_discounts",
    "early_bird_days",
    "early_bird_percent",
    "last_minute_days",
    "last_minute_percent",
    "min_price_minor",
    "guests_included",
    "extra_guest_fee_minor",
    "non_refundable_percent",
    "tourist_tax",
    "cancellation_policy",
    "cancellation_tiers",
)
"""Facts that came after digests were first kept; unsaid they leave a digest as it was."""
_UNSAID = {"cancellation_policy": CancellationPolicy.FLEXIBLE.value}
"""What those of them stand at that are never empty."""
FACTS = (
    "title",
    "description",
    "type",
    "let_type",
    "address_line",
    "neighbourhood",
    "city",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "zone",
    "bedrooms",
    "beds",
    "bathrooms",
    "sleeps",
    "amenities",
    "rules",
    "check_in_from",
    "check_out_by",
    "min_nights",
    "max_nights",
    "price_minor",
    "cleaning_fee_minor",
    "currency",
    "instant_book",
    *LATER_FACTS,
)
"""The columns that hold what a landlord says of a home (and the zone that follows from the pin)."""

SHOWN = frozenset({PropertyStatus.PENDING_REVIEW, PropertyStatus.PUBLISHED})
"""States a listing only enters when it is complete."""

ON_SHOW = frozenset({PropertyStatus.PUBLISHED, PropertyStatus.PAUSED})
"""States in which a person of ours has looked at what the listing says."""

REVIEWED = (
    "title",
    "description",
    "type",
    "address_line",
    "neighbourhood",
    "city",
    "postcode",
    "country",
    "latitude",
    "longitude",
    "zone",
)
"""The columns that tenants of a home on show see changed only after a person of ours has looked."""

_TITLE_LENGTH, _COPY = 250, " (copy)"
_SLUG_WORDS = 80
_IN_ASCII = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
    | {"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th"}
)
"""Letters that are no others with a mark, as those who write them write them without."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_MARK_LENGTH = 10


def is_possible(now: PropertyStatus, then: PropertyStatus) -> bool:
    """Whether anyone at all may move a listing from `now` to `then`."""
    return may_move(MOVES, now, then)


def may_a_landlord(now: PropertyStatus, then: PropertyStatus) -> bool:
    """Whether its landlord may make this move: all that put nothing new before tenants, and resuming a paused one."""
    resumes = (now, then) == (PropertyStatus.PAUSED, PropertyStatus.PUBLISHED)
    return is_possible(now, then) and (then in LANDLORD_MOVES or resumes)


def missing_to_publish(facts: Mapping[str, Any]) -> list[FieldProblem]:
    """What a listing still needs before it is shown. Everything else a home must have, it has from the start.

    `repository.is_complete` says the same in SQL.
    """
    if facts.get("address_line") or facts.get("neighbourhood"):
        return []
    return [FieldProblem(field="address.neighbourhood", reason="give the street or the neighbourhood")]


def missing_on_show(status: str, facts: Mapping[str, Any]) -> list[FieldProblem]:
    """What a listing in this state would lack if it said these facts."""
    return missing_to_publish(facts) if status in SHOWN else []


@dataclass(frozen=True)
class ListingEdit:
    """What becomes of other facts of a home on show: some take effect at once, some are looked at first."""

    at_once: Mapping[str, Any]
    proposed: Mapping[str, Any] | None
    """All columns that are looked at as they would be; None when none of them changes."""
    changed: Sequence[str]
    """Which of them change, as words of the case that is opened."""


def edit_of(now: Mapping[str, Any], then: Mapping[str, Any]) -> ListingEdit:
    """What becomes of a landlord's wish that a home on show says `then`, and no longer `now`."""
    changed = _to_review(now, then)
    proposed = {name: then[name] for name in REVIEWED} if changed else None
    return ListingEdit({**then, **{name: now[name] for name in REVIEWED}}, proposed, changed)


def _to_review(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    words = {"address_line": "address", "postcode": "address", "latitude": "pin", "longitude": "pin", "zone": "pin"}
    words |= {"neighbourhood": "address", "city": "address", "country": "address"}
    changed = [words.get(name, name) for name in REVIEWED if now[name] != then[name]]
    return list(dict.fromkeys(changed))


def slug_of(title: str, property_id: UUID) -> str:
    """`sunny-flat-in-leith-4k7x0p2m9d`: words of the title, then 50 random bits of the id, so that it is unique."""
    ascii_only = unicodedata.normalize("NFKD", title.translate(_IN_ASCII)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if len(words) > _SLUG_WORDS:
        words = words[: _SLUG_WORDS + 1].rpartition("-")[0] or words[:_SLUG_WORDS]
    bits = property_id.int
    mark = "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_MARK_LENGTH)))
    return f"{words or 'home'}-{mark}"


def without_place(latitude: float, longitude: float) -> dict[str, Any]:
    """Of where a home stands, as columns, only what strangers may know: no street, no postcode, no exact pin."""
    return {"address_line": None, "postcode": None, "latitude": shown(latitude), "longitude": shown(longitude)}


def title_of_copy(title: str) -> str:
    """What a copy of a home is called until its landlord says otherwise; never longer than a title may be."""
    return f"{title[: _TITLE_LENGTH - len(_COPY)]}{_COPY}"


def digest_of(facts: Mapping[str, Any], proposed: Mapping[str, Any] | None = None) -> str:
    """A short name for exactly these facts, and what is proposed beside them: all equal, equal digest."""
    digested = {name: facts[name] for name in FACTS if name not in LATER_FACTS or facts[name] != _UNSAID.get(name)}
    if proposed is not None:
        digested["proposed"] = dict(proposed)
    packed = json.dumps(digested, default=str, sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()


def etag_of(facts: Mapping[str, Any], status: str, proposed: Mapping[str, Any] | None) -> str:
    """The strong entity tag of a home: it changes with its facts, what is proposed and its state, not with time."""
    return f'"{hashlib.sha256((digest_of(facts, proposed) + status).encode()).hexdigest()[:32]}"'
