"""What is paid for, as people call it: this room knows no more of it than a kind and an id, so the rooms above say
(docs/decisions/0009)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.ledger.rules.entries import Subject

References = Callable[[AsyncSession, Sequence[UUID]], Awaitable[Mapping[UUID, str]]]
"""What the tenant knows each of these things by; things without one are left out."""
Find = Callable[[AsyncSession, str], Awaitable[Sequence[UUID]]]
"""The things that are known by exactly this."""


@dataclass(frozen=True)
class SubjectNames:
    """How the things of a kind are called and found."""

    references: References
    find: Find


_NAMES: dict[str, SubjectNames] = {}


def register_names(kind: str, names: SubjectNames) -> None:
    """Say how the things of a kind are called."""
    _NAMES[kind] = names


async def references(session: AsyncSession, subjects: Iterable[Subject]) -> Mapping[Subject, str]:
    """What each of these things is known by; a statement for each kind."""
    wanted, found = set(subjects), dict[Subject, str]()
    for kind, names in _NAMES.items():
        ids = [subject.id for subject in wanted if subject.kind == kind]
        if ids:
            found |= {Subject(kind, id_): name for id_, name in (await names.references(session, ids)).items()}
    return found


async def find(session: AsyncSession, reference: str) -> list[UUID]:
    """The ids of the things that are known by exactly this, of every kind."""
    return [id_ for names in _NAMES.values() for id_ in await names.find(session, reference)]
