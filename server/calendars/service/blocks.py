"""Nights that landlords keep free of guests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars import rules
from server.calendars.repository.blocks import Blocks
from server.calendars.repository.claims import Occupancy
from server.calendars.service.claims import own_home, to_read
from server.calendars.service.door import claim, lock, move, release
from server.calendars.tables import BlockTable
from server.core import clock
from server.core.errors import Malformed, NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from shared_models.calendars import BlockChange, BlockCreate, ClaimKind, ClaimRead, Period


async def block(session: AsyncSession, caller: Identity, request: BlockCreate) -> ClaimRead:
    """Keep nights of one's own home free of guests. Raises NotFound, DatesTaken, or Malformed for nights long gone."""
    await lock(session, [request.property_id])
    home = await own_home(session, caller, request.property_id)
    if not rules.may_block_from(request.start, clock.today_in(home.zone)):
        raise Malformed.field("start", "is in the past")
    period = Period(start=request.start, end=request.end)
    row = Blocks(session).add(home.id, request.note, caller.id)
    id_ = await claim(session, home.id, period, ClaimKind.BLOCK, row.id)
    return ClaimRead(
        id=id_,
        property_id=home.id,
        kind=ClaimKind.BLOCK,
        start=period.start,
        end=period.end,
        source_id=row.id,
        note=row.note,
    )


async def unblock(session: AsyncSession, caller: Identity, block_id: UUID) -> None:
    """Take a block away. Raises NotFound, also when it is gone already."""
    row = await _own_block(session, caller, block_id)
    await lock(session, [row.property_id])
    await release(session, ClaimKind.BLOCK, block_id)
    if not await Blocks(session).remove(block_id):
        raise NotFound


async def change_block(session: AsyncSession, caller: Identity, block_id: UUID, change: BlockChange) -> ClaimRead:
    """Block other nights, or say anew why. Raises NotFound, DatesTaken, Malformed for nights that are over."""
    row = await _own_block(session, caller, block_id)
    await lock(session, [row.property_id])
    found = await Occupancy(session).of_source(ClaimKind.BLOCK, block_id)
    if found is None:
        raise NotFound
    period = Period(start=change.start or found.period.start, end=change.end or found.period.end)
    if period != found.period:
        home = await properties.home(session, row.property_id)
        if wrong := rules.wrong_in_change(found.period, period, clock.today_in(home.zone)):
            raise Malformed.field(*wrong)
        await move(session, row.property_id, ClaimKind.BLOCK, block_id, period)
    if change.note is not None:
        row.note = change.note
    return to_read(replace(found, period=period, note=row.note))


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The nights a person keeps free of guests, and why. Secret addresses of calendars stand at the homes."""
    rows = await Blocks(session).by(person_id)
    return {"blocks": [row.model_dump(mode="json", exclude={"created_by"}) for row in rows]}


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Take the notes away from the blocks of someone who leaves; the nights stay as they were."""
    await Blocks(session).forget_notes(person_id)


async def _own_block(session: AsyncSession, caller: Identity, block_id: UUID) -> BlockTable:
    row = await Blocks(session).by_id(block_id)
    if row is None:
        raise NotFound
    await own_home(session, caller, row.property_id)
    return row
