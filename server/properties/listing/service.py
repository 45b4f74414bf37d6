"""The states of a listing: its moves, one or many at once, and what an admin decides about it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import CaseTaken, SubjectSummary
from server.core import clock, cursors
from server.core.errors import AppError, InvalidTransition, Malformed, NotAllowed, NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.properties.events import PropertyPublished, PropertyStatusChanged
from server.properties.repository.homes import Properties, Wanted
from server.properties.repository.mapping import facts_of
from server.properties.rules import listings as rules
from server.properties.service import door as properties
from server.properties.service import editing, reading
from server.properties.service.door import OpenStay
from server.properties.service.editing import WITHDRAWN, ListingIncomplete
from server.properties.service.reading import TaggedProperty
from server.properties.tables import PropertyTable
from server.users import service as users
from shared_models.auth import Role
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome, Report
from shared_models.problems import FieldProblem, ProblemCode
from shared_models.properties import BulkMove, BulkMoved, BulkRefusal, PropertyStatus, StatusMove
from shared_models.visible_text import is_visible

MAX_MOVED_AT_ONCE = 500
_MAX_REFUSALS_TOLD = 100
_ENDED_BY = {PropertyStatus.PUBLISHED: CaseOutcome.APPROVED, PropertyStatus.REJECTED: CaseOutcome.SENT_BACK}
"""What a move out of the review makes of its case; any other move withdraws it."""


class StaysOpen(AppError):
    status, code, title = 409, ProblemCode.STAYS_OPEN, "People have stays here that are not over"


async def move(session: AsyncSession, caller: Identity, property_id: UUID, request: StatusMove) -> TaggedProperty:
    """Move a listing.

    Raises NotFound, InvalidTransition, NotAllowed, ListingIncomplete, StaysOpen, CaseTaken (another admin works on its
    review), Malformed (a rejection says why).
    """
    row = await editing.to_manage(session, caller, property_id)
    _check_move(caller, PropertyStatus(row.status), request)
    missing = rules.missing_to_publish(facts_of(row)) if request.status in rules.SHOWN else []
    if missing:
        raise ListingIncomplete(f"{missing[0].field}: {missing[0].reason}", errors=missing)
    if problem := (await _kept_back(session, caller, [row], request)).get(row.id):
        raise problem
    await _write_move(session, caller.id, [row], request)
    await session.refresh(row)
    moved = await reading.to_read(session, row, private=True)
    if request.status != PropertyStatus.PAUSED:
        return moved
    remaining = await _stays_that_remain(session, [row])
    return replace(moved, page=moved.page.model_copy(update={"stays_remaining": remaining}))


async def move_many(session: AsyncSession, caller: Identity, request: BulkMove) -> BulkMoved:
    """Move up to 500 listings, each that can; the others are named with the reason, and stay as they were.

    Of all in a state a call looks at 500 and says where the next one goes on: past those that stay, or they would be in
    the way of the others for ever. Raises InvalidTransition or NotAllowed when `from_status` itself forbids the move,
    Malformed for a rejection without why or a bad cursor.
    """
    if request.from_status is not None:
        return await _move_all_in(session, caller, request, request.from_status)
    ids = sorted(set(request.ids or ()))
    if request.status == PropertyStatus.REJECTED and not (is_visible(request.note or "") or request.reasons):
        raise _no_reason()
    homes = Properties(session)
    await homes.lock(ids)
    rows = {row.id: row for row in await homes.fresh(ids)}
    refused = {id_: refusal for id_ in ids if (refusal := _refusal(caller, id_, rows.get(id_), request)) is not None}
    able = [row for id_, row in rows.items() if id_ not in refused]
    kept_back = await _kept_back(session, caller, able, request)
    refused |= {id_: _refused(rows[id_], problem.detail) for id_, problem in kept_back.items()}
    moving = [row for row in able if row.id not in kept_back]
    await _write_move(session, caller.id, moving, request)
    stays = await _stays_that_remain(session, moving) if request.status == PropertyStatus.PAUSED else 0
    return BulkMoved(moved=len(moving), refused=list(refused.values()), remaining=0, stays_remaining=stays)


async def _move_all_in(
    session: AsyncSession, caller: Identity, request: BulkMove, from_status: PropertyStatus
) -> BulkMoved:
    _check_move(caller, from_status, request)
    homes = Properties(session)
    whose = None if caller.has(Role.ADMIN) else caller.id
    wanted = Wanted(landlord_id=whose, status=from_status, import_id=request.import_id)
    complete = True if request.status in rules.SHOWN else None
    after = None if request.cursor is None else unpacked(request.cursor)
    ids = await homes.to_move(wanted, complete=complete, after=after, limit=MAX_MOVED_AT_ONCE)
    await homes.lock(ids)
    # Someone may have moved or emptied one of them while we waited for its lock.
    rows = [row for row in await homes.fresh(ids) if row.status == from_status and not (complete and _missing(row))]
    kept_back = await _kept_back(session, caller, rows, request)
    moving = [row for row in rows if row.id not in kept_back]
    refused = [_refused(row, kept_back[row.id].detail) for row in rows if row.id in kept_back]
    await _write_move(session, caller.id, moving, request)
    stays = await _stays_that_remain(session, moving) if request.status == PropertyStatus.PAUSED else 0
    if complete and after is None:
        incomplete = await homes.to_move(wanted, complete=False, limit=_MAX_REFUSALS_TOLD)
        refused += [_refused(row, _missing(row)) for row in await homes.by_ids(incomplete)]
    remaining = await homes.how_many(wanted, complete=complete, after=ids[-1]) if ids else 0
    next_cursor = cursors.pack([ids[-1]]) if remaining else None
    return BulkMoved(
        moved=len(moving), refused=refused, remaining=remaining, next_cursor=next_cursor, stays_remaining=stays
    )


async def _stays_that_remain(session: AsyncSession, rows: Sequence[PropertyTable]) -> int:
    """How many stays go on at locked homes that take no new ones."""
    found = await properties.open_stays(session, [row.id for row in rows])
    return sum(len(stays) for stays in found.values())


def unpacked(cursor: str) -> UUID:
    """The place a cursor names. Raises Malformed."""
    id_: UUID = cursors.unpack(cursor, [UUID])[0]
    return id_


def _check_move(caller: Identity, now: PropertyStatus, request: StatusMove | BulkMove) -> None:
    then = request.status
    if not rules.is_possible(now, then):
        raise InvalidTransition(f"A listing that is {_words(now)} cannot become {_words(then)}.")
    if not (caller.has(Role.ADMIN) or rules.may_a_landlord(now, then)):
        raise NotAllowed("An admin decides this.")
    if then == PropertyStatus.REJECTED and not (request.note or request.reasons):
        raise _no_reason()


def _no_reason() -> Malformed:
    return Malformed.field("note", "say why, so that the landlord can put it right")


def _words(status: PropertyStatus) -> str:
    return status.value.replace("_", " ")


def _missing(row: PropertyTable) -> str:
    return "; ".join(f"{item.field}: {item.reason}" for item in rules.missing_to_publish(facts_of(row)))


def _refused(row: PropertyTable, reason: str) -> BulkRefusal:
    return BulkRefusal(id=row.id, title=row.title, reason=reason)


def _refusal(caller: Identity, id_: UUID, row: PropertyTable | None, request: BulkMove) -> BulkRefusal | None:
    """Why this home stays as it is, or None."""
    if row is None or not reading.may_manage(caller, row):
        return BulkRefusal(id=id_, title="", reason=NotFound.title)
    try:
        _check_move(caller, PropertyStatus(row.status), request)
    except (InvalidTransition, NotAllowed) as problem:
        return _refused(row, problem.detail)
    missing = _missing(row) if request.status in rules.SHOWN else ""
    return _refused(row, missing) if missing else None


async def _kept_back(
    session: AsyncSession, caller: Identity, rows: Sequence[PropertyTable], request: StatusMove | BulkMove
) -> Mapping[UUID, AppError]:
    """Which locked homes the move has to leave alone because of what other rooms know: open stays keep a home from
    being archived, taken reviews from being decided."""
    ids = [row.id for row in rows]
    if ids and request.status == PropertyStatus.ARCHIVED:
        stays = await properties.open_stays(session, ids)
        return {id_: _stays_open(found) for id_, found in stays.items()}
    waiting = [row.id for row in rows if row.status == PropertyStatus.PENDING_REVIEW]
    if not waiting or request.status not in _ENDED_BY:
        return {}
    taken = await cases.taken_by_others(session, CaseKind.HOME_REVIEW, waiting, caller)
    return {id_: CaseTaken(f"{name or 'Someone else'} works on its review.") for id_, name in taken.items()}


def _stays_open(stays: Sequence[OpenStay]) -> StaysOpen:
    problems = [
        FieldProblem(field=f"stays.{stay.reference}", reason=f"{stay.check_in} to {stay.check_out}, {stay.status}")
        for stay in stays
    ]
    last, count = max(stay.check_out for stay in stays), len(stays)
    words = "1 stay is" if count == 1 else f"{count} stays are"
    return StaysOpen(f"{words} not over yet, the last until {last}.", errors=problems)


async def _write_move(
    session: AsyncSession, by: UUID, rows: Sequence[PropertyTable], request: StatusMove | BulkMove
) -> None:
    """Write the move of locked homes, and let their cases follow: one truth about what waits for an admin."""
    if not rows:
        return
    ids, status = [row.id for row in rows], request.status
    await _move_cases(session, by, rows, request)
    for row in rows:
        if row.proposed is not None and status not in rules.ON_SHOW:
            await _end_proposal(session, row, status)
    values: dict[str, object] = {"status": status.value, "updated_at": clock.now()}
    if status == PropertyStatus.REJECTED:
        values |= {"review_note": request.note, "review_reasons": [reason.value for reason in request.reasons]}
    elif status in rules.SHOWN:
        values |= {"review_note": None, "review_reasons": None}  # what was wrong has been put right
    await Properties(session).move(ids, values)
    await publish(session, PropertyStatusChanged(ids=ids, status=status))
    if status == PropertyStatus.PUBLISHED:
        await publish(session, PropertyPublished(ids=ids))


async def _move_cases(
    session: AsyncSession, by: UUID, rows: Sequence[PropertyTable], request: StatusMove | BulkMove
) -> None:
    if request.status == PropertyStatus.PENDING_REVIEW:
        openings = [cases.Opening(row.id, by, words=["new"]) for row in rows]
        await cases.open_cases(session, CaseKind.HOME_REVIEW, openings)
        return
    waited = [row.id for row in rows if row.status == PropertyStatus.PENDING_REVIEW]
    outcome = _ENDED_BY.get(request.status, CaseOutcome.WITHDRAWN)
    decision = CaseDecision(outcome=outcome, reasons=request.reasons, note=request.note)
    await cases.settle(session, CaseKind.HOME_REVIEW, waited, decision, by)
    changed = [row.id for row in rows if row.proposed is not None and request.status not in rules.ON_SHOW]
    await cases.settle(session, CaseKind.HOME_REVIEW, changed, WITHDRAWN, by)


async def _end_proposal(session: AsyncSession, row: PropertyTable, status: PropertyStatus) -> None:
    """A home that leaves the show: one that its landlord will correct takes their last words over."""
    if status == PropertyStatus.REJECTED:
        await editing.apply_proposed(session, row)
        return
    row.proposed = None
    await session.flush()


async def decide_review(session: AsyncSession, admin: Identity, property_id: UUID, decision: CaseDecision) -> None:
    """What follows from the review of a new home, or of a change of one on show. Raises NotFound, InvalidTransition."""
    row = await editing.to_manage(session, admin, property_id)
    approved = decision.outcome == CaseOutcome.APPROVED
    if row.status == PropertyStatus.PENDING_REVIEW:
        status = PropertyStatus.PUBLISHED if approved else PropertyStatus.REJECTED
        request = StatusMove(status=status, note=decision.note, reasons=decision.reasons)
        await _write_move(session, admin.id, [row], request)
    elif row.proposed is None:
        raise InvalidTransition("There is nothing to decide any more.")
    elif approved:
        await editing.apply_proposed(session, row)
    else:
        row.review_note, row.review_reasons = decision.note, [reason.value for reason in decision.reasons]
        row.updated_at = clock.now()
        await session.flush()


async def report(session: AsyncSession, caller: Identity, property_id: UUID, request: Report) -> None:
    """Tell the admins what is wrong with a home on show; more reports of one home make one case.

    Raises NotFound, NotAllowed (one's own home).
    """
    home = await reading.read(session, caller, str(property_id))
    if home.page.landlord_id == caller.id:
        raise NotAllowed("This home is yours. Correct it, or archive it.")
    await properties.lock(session, [property_id])
    opening = cases.Opening(property_id, caller.id, words=[request.reason.value], note=request.note or None)
    await cases.open_cases(session, CaseKind.HOME_REPORT, [opening])


async def decide_report(session: AsyncSession, admin: Identity, property_id: UUID, decision: CaseDecision) -> None:
    """A home that was reported rightly goes back to its landlord; agreed stays remain. Raises NotFound."""
    row = await editing.to_manage(session, admin, property_id)
    if decision.outcome == CaseOutcome.TAKEN_DOWN and row.status in rules.ON_SHOW:
        request = StatusMove(status=PropertyStatus.REJECTED, note=decision.note, reasons=decision.reasons)
        await _write_move(session, admin.id, [row], request)


async def erase(session: AsyncSession, landlord_id: UUID, *, exclude_imports: Collection[UUID] = ()) -> None:
    """Archive the homes of someone who leaves, and forget where they stand: all stays at them are over.

    Those that these imports made are left to them. The homes are locked by ascending id, as for any move of many.
    """
    homes = Properties(session)
    ids = [row.id for row in await homes.all_of(landlord_id) if row.import_id not in exclude_imports]
    await homes.lock(ids)
    rows = await homes.fresh(ids)
    known = [row for row in rows if row.status != PropertyStatus.ARCHIVED]
    for start in range(0, len(known), MAX_MOVED_AT_ONCE):
        some = known[start : start + MAX_MOVED_AT_ONCE]
        await _write_move(session, landlord_id, some, StatusMove(status=PropertyStatus.ARCHIVED))
    await homes.change_all({row.id: rules.without_place(row.latitude, row.longitude) for row in rows})


async def summarise_homes(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue calls these homes."""
    found = await Properties(session).by_ids(ids)
    names = await users.names(session, {row.landlord_id for row in found})
    return {
        row.id: SubjectSummary(
            title=row.title,
            place=", ".join(filter(None, (row.neighbourhood, row.city))),
            whose=names.get(row.landlord_id, ""),
        )
        for row in found
    }


async def lock_home(session: AsyncSession, property_id: UUID) -> None:
    """Lock what a case is about."""
    await properties.lock(session, [property_id])
