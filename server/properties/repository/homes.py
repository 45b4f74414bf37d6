"""Homes in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.row_locks import keep_rows, lock_rows
from server.properties.tables import PropertyTable
from shared_models.properties import HomeOrder, PropertyStatus

# SQLModel types its class attributes as plain values; SQLAlchemy needs the columns.
_property: Any = PropertyTable
_table: Any = _property.__table__


@dataclass(frozen=True)
class Wanted:
    """Which homes of a list: everyone's or one landlord's, in a state, of an import, with words in them."""

    landlord_id: UUID | None = None
    status: PropertyStatus | None = None
    import_id: UUID | None = None
    text: str | None = None

    def where(self) -> ColumnElement[bool]:
        conditions = []
        if self.landlord_id is not None:
            conditions.append(_property.landlord_id == self.landlord_id)
        if self.status is not None:
            conditions.append(_property.status == self.status.value)
        if self.import_id is not None:
            conditions.append(_property.import_id == self.import_id)
        for word in (self.text or "").split():
            places = (_property.title, _property.neighbourhood, _property.city)
            conditions.append(or_(*(place.icontains(word, autoescape=True) for place in places)))
        return and_(True, *conditions)


@dataclass(frozen=True)
class _Order:
    """By which columns homes are ordered before their id, and whether all of it goes backwards."""

    columns: tuple[Any, ...]
    backwards: bool = False


_title, _changed = func.lower(_property.title), _property.updated_at
_ORDERS = {
    HomeOrder.CHANGED_LAST: _Order((_changed,), backwards=True),
    HomeOrder.CHANGED_FIRST: _Order((_changed,)),
    HomeOrder.TITLE: _Order((_title,)),
    HomeOrder.TITLE_BACKWARDS: _Order((_title,), backwards=True),
    HomeOrder.PRICE_LOW: _Order((_property.currency, _property.price_minor)),
    HomeOrder.PRICE_HIGH: _Order((_property.currency, -_property.price_minor)),
}
Place = tuple[Any, ...]
"""Where a home stands in an order: what the columns of the order say of it, as the database counts, and its id."""


def is_complete() -> ColumnElement[bool]:
    """`rules.missing_to_publish` finds nothing, in SQL: for bulk moves, which choose before they load."""
    said = (func.coalesce(column, "") != "" for column in (_property.address_line, _property.neighbourhood))
    return or_(*said)


def _movable(complete: bool | None, after: UUID | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if after is None else [_property.id > after]
    if complete is not None:
        found.append(is_complete() if complete else ~is_complete())
    return found


def _among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column = ANY(array)`: one parameter however many values, so the plan and its index are the same for all."""
    among: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return among


class Properties:
    """Every home."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, ids: Iterable[UUID], *, to_remove: bool = False) -> None:
        """Lock homes by ascending id, in one statement, so that two callers never wait for each other.

        `to_remove` also keeps others from pointing at them meanwhile.
        """
        wanted = sorted(set(ids))
        rows = select(_property.id).where(_among(_property.id, wanted)).order_by(_property.id)
        await lock_rows(self.session, wanted, rows, key_share=not to_remove)

    async def add(self, row: PropertyTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def by_id(self, property_id: UUID) -> PropertyTable | None:
        return await self.session.get(PropertyTable, property_id)

    async def kept(self, property_id: UUID) -> PropertyTable | None:
        """A home, kept from being removed until the end of the transaction: something that points at it is added."""
        wanted = select(PropertyTable).where(_property.id == property_id)
        return (await keep_rows(self.session, [property_id], wanted)).scalar_one_or_none()

    async def by_slug(self, slug: str) -> PropertyTable | None:
        return await self.session.scalar(select(PropertyTable).where(_property.slug == slug))

    async def by_ids(self, ids: Iterable[UUID]) -> Sequence[PropertyTable]:
        return await self._all(select(PropertyTable).where(_among(_property.id, ids)))

    async def fresh(self, ids: Iterable[UUID]) -> Sequence[PropertyTable]:
        """Homes as they are now, by ascending id: for use after `lock`, whatever was loaded before."""
        wanted = select(PropertyTable).where(_among(_property.id, ids)).order_by(_property.id)
        return await self._all(wanted.execution_options(populate_existing=True))

    async def page(
        self, wanted: Wanted, order: HomeOrder, after: Place | None, limit: int
    ) -> Sequence[tuple[PropertyTable, Place]]:
        """Homes in this order, each with its place; `after` is the place of the last home seen."""
        keys, backwards = (*_ORDERS[order].columns, _property.id), _ORDERS[order].backwards
        # Named, for a column that stands in the home as well would have the same name twice.
        named = [key.label(f"key_{number}") for number, key in enumerate(keys)]
        chosen = select(PropertyTable, *named).where(wanted.where()).limit(limit)
        if after is not None:
            place = tuple_(*(literal(value, key.type) for value, key in zip(after, keys, strict=True)))
            chosen = chosen.where(tuple_(*keys) < place if backwards else tuple_(*keys) > place)
        chosen = chosen.order_by(*(key.desc() if backwards else key.asc() for key in keys))
        return [(row, tuple(place)) for row, *place in await self.session.execute(chosen)]

    async def counts(self, wanted: Wanted) -> dict[str, int]:
        """How many homes stand in each state that has any."""
        found = await self.session.execute(
            select(_property.status, func.count()).where(wanted.where()).group_by(_property.status)
        )
        return dict(found.all())

    async def to_move(
        self, wanted: Wanted, *, complete: bool | None, after: UUID | None = None, limit: int
    ) -> Sequence[UUID]:
        """The first homes after one, by id; only complete ones, only incomplete ones, or (None) both."""
        chosen = select(_property.id).where(wanted.where(), *_movable(complete, after))
        return (await self.session.scalars(chosen.order_by(_property.id).limit(limit))).all()

    async def how_many(self, wanted: Wanted, *, complete: bool | None, after: UUID) -> int:
        """How many homes come after one, by id."""
        chosen = select(func.count()).select_from(PropertyTable).where(wanted.where(), *_movable(complete, after))
        return await self.session.scalar(chosen) or 0

    async def move(self, ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
        """Write a move of many homes in one statement. The first publication is remembered, later ones are not."""
        changed: dict[str, Any] = dict(values)
        if changed["status"] == PropertyStatus.PUBLISHED:
            changed["published_at"] = func.coalesce(_property.published_at, changed["updated_at"])
        await self.session.execute(
            update(PropertyTable)
            .where(_among(_property.id, ids))
            .values(changed)
            .execution_options(synchronize_session=False)
        )

    async def imported(self, keys: Mapping[str, UUID], *, lock: bool = False) -> Mapping[str, PropertyTable]:
        """Imported homes by source key, or by the id that a draft of that key had before it became a home.

        With `lock` they are locked first, by ascending id, and read as they are then.
        """
        which = or_(_among(_property.source_key, keys), _among(_property.id, keys.values()))
        if lock:
            await self.session.execute(
                select(_property.id).where(which).order_by(_property.id).with_for_update(key_share=True)
            )
        found = await self._all(select(PropertyTable).where(which).execution_options(populate_existing=lock))
        key_of = {id_: key for key, id_ in keys.items()}
        return {row.source_key or key_of[row.id]: row for row in found}

    async def add_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many homes in one go; every row names the same columns."""
        if rows:
            await self.session.execute(insert(_table), [dict(row) for row in rows])

    async def change_all(self, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Write other values into many homes in one go; every home gets the same columns."""
        if not changes:
            return
        names = next(iter(changes.values())).keys()
        statement = update(_table).where(_table.c.id == bindparam("home_id"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        await (await self.session.connection()).execute(
            statement,
            [
                {"home_id": id_} | {f"new_{name}": value for name, value in values.items()}
                for id_, values in sorted(changes.items())
            ],
        )

    async def remove(self, ids: Sequence[UUID]) -> None:
        await self.session.execute(
            delete(PropertyTable).where(_among(_property.id, ids)).execution_options(synchronize_session=False)
        )

    async def landlords_with_homes(self, landlord_ids: Sequence[UUID]) -> set[UUID]:
        """Which of these landlords still have a home."""
        found = await self.session.scalars(
            select(_property.landlord_id).where(_among(_property.landlord_id, landlord_ids)).distinct()
        )
        return set(found)

    async def _all(self, chosen: Select[Any]) -> Sequence[PropertyTable]:
        return (await self.session.scalars(chosen)).all()

    async def of_landlord(
        self, landlord_id: UUID, text: str | None, after: tuple[str, UUID] | None, limit: int
    ) -> Sequence[PropertyTable]:
        """A landlord's homes by title, archived ones aside; `after` is the title and id of the last one seen."""
        wanted = select(PropertyTable).where(
            Wanted(landlord_id=landlord_id, text=text).where(), _property.status != PropertyStatus.ARCHIVED.value
        )
        if after is not None:
            wanted = wanted.where(tuple_(_property.title, _property.id) > after)
        found = await self.session.scalars(wanted.order_by(_property.title, _property.id).limit(limit))
        return found.all()

    async def published_by(self, landlord_id: UUID) -> int:
        """How many homes of a landlord are published."""
        counted = select(func.count()).where(
            _property.landlord_id == landlord_id, _property.status == PropertyStatus.PUBLISHED.value
        )
        return (await self.session.execute(counted)).scalar_one()

    async def seen_of(self, landlord_id: UUID, limit: int) -> Sequence[PropertyTable]:
        """A landlord's homes that others see: published, or waiting for review."""
        seen = (PropertyStatus.PUBLISHED.value, PropertyStatus.PENDING_REVIEW.value)
        found = await self.session.scalars(
            select(PropertyTable)
            .where(_property.landlord_id == landlord_id, _property.status.in_(seen))
            .order_by(_property.title, _property.id)
            .limit(limit)
        )
        return found.all()

    async def all_of(self, landlord_id: UUID) -> Sequence[PropertyTable]:
        """Every home of a landlord."""
        return await self._all(select(PropertyTable).where(_property.landlord_id == landlord_id).order_by(_property.id))

    async def on_show(self, landlord_id: UUID) -> Sequence[tuple[UUID, str]]:
        """A landlord's published homes: (id, zone)."""
        found = await self.session.execute(
            select(_property.id, _property.zone).where(
                _property.landlord_id == landlord_id, _property.status == PropertyStatus.PUBLISHED.value
            )
        )
        return [(id_, zone) for id_, zone in found]

    async def unfinished(self, landlord_id: UUID, limit: int) -> tuple[Sequence[PropertyTable], int]:
        """A landlord's homes that need them to be on show, and those whose change was sent back: these before drafts
        and paused ones, each the last changed first; and how many there are in all, paused ones aside."""
        sent_back = or_(_property.review_note.is_not(None), func.cardinality(_property.review_reasons) > 0)
        order = case(
            (or_(_property.status == PropertyStatus.REJECTED.value, sent_back), 0),
            (_property.status == PropertyStatus.DRAFT.value, 1),
            else_=2,
        )
        off = (PropertyStatus.REJECTED.value, PropertyStatus.DRAFT.value, PropertyStatus.PAUSED.value)
        to_do = func.count().filter(_property.status != PropertyStatus.PAUSED.value).over()
        found = await self.session.execute(
            select(PropertyTable, to_do)
            .where(
                _property.landlord_id == landlord_id,
                or_(
                    _property.status.in_(off),
                    and_(_property.status == PropertyStatus.PUBLISHED.value, sent_back),
                ),
            )
            .order_by(order, _property.updated_at.desc(), _property.id)
            .limit(limit)
        )
        rows = [(row, number) for row, number in found]
        return [row for row, _ in rows], rows[0][1] if rows else 0
