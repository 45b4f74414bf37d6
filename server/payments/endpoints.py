"""`/payments`: where somebody's money is, and where the payment provider tells what happened. `/payment-methods`: the
cards that somebody had saved."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from server.auth.guards import AppSettings, Db, SignedIn
from server.core.errors import NotFound
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.routes import BoundedRoute
from server.core.web.session import Session
from server.payments.service import cards, history, news, receipts
from server.payments.service.signatures import NotSigned
from shared_models.paging import Cursor, Page, PageSize
from shared_models.payment_history import PaymentHistory
from shared_models.payment_methods import SavedCard

router = APIRouter(prefix="/payments", tags=["payments"], route_class=BoundedRoute)
"""Not counted: the provider tells of many payments from few addresses, and what it tells is signed."""
mine = room_router("payments")
methods = room_router("payment-methods")

MAX_EVENT_BYTES = 256_000
REFERENCE_LENGTH = 40


@router.post("/events/stripe", responses=documented(NotSigned))
@takes_body(BodyLimits(max_bytes=MAX_EVENT_BYTES, is_signed=True))
async def stripe_event(
    request: Request,
    session: Session,
    settings: AppSettings,
    stripe_signature: Annotated[str | None, Header(max_length=1000)] = None,
) -> None:
    """Something happened at Stripe. Kept once it is answered, handled after that."""
    await news.receive(session, settings, await request.body(), stripe_signature)


@mine.get("")
async def payments(
    caller: SignedIn,
    session: Session,
    reference: Annotated[str | None, Query(max_length=REFERENCE_LENGTH)] = None,
    cursor: Cursor | None = None,
    limit: PageSize = 20,
) -> Page[PaymentHistory]:
    """What the caller was asked to pay, and where each part of it is now; the newest first.

    `reference`: for the stay that goes by it alone, its changes and its months.
    """
    return await history.page(session, caller, reference=reference, cursor=cursor, limit=limit)


@mine.get(".csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def payments_file(caller: SignedIn, database: Db) -> StreamingResponse:
    """All that happened to the caller's payments, as a file for a spreadsheet."""
    return StreamingResponse(
        history.csv_lines(database, caller),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="payments.csv"'},
    )


@mine.get("/{payment_id}", responses=documented(NotFound))
async def payment(payment_id: UUID, caller: SignedIn, session: Session) -> PaymentHistory:
    """One payment of the caller's, and where its money is."""
    return await history.one(session, caller, payment_id)


@mine.get(
    "/{payment_id}/receipt.pdf",
    response_class=Response,
    responses=documented(NotFound) | {200: {"content": {"application/pdf": {}}}},
)
async def receipt(payment_id: UUID, caller: SignedIn, database: Db) -> Response:
    """The receipt of a payment that came, in the caller's language; the same bytes while nothing more happens."""
    paper = await receipts.receipt(database, caller, payment_id)
    return Response(
        paper.content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{paper.name}"', "Cache-Control": "no-store"},
    )


@methods.get("")
async def saved_cards(caller: SignedIn, session: Session) -> list[SavedCard]:
    """The cards that the caller had saved on the provider's page, the one saved last first. There are never many."""
    return await cards.of_person(session, caller)


@methods.delete("/{card_id}", status_code=202, responses=documented(NotFound))
async def remove_card(card_id: UUID, caller: SignedIn, session: Session) -> SavedCard:
    """Have a saved card removed at the provider, soon; until then it is listed as being removed."""
    return await cards.remove(session, caller, card_id)
