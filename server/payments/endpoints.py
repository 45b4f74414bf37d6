"""`/payments`: where the payment provider tells what happened."""

from typing import Annotated

from fastapi import APIRouter, Header, Request

from server.auth.guards import AppSettings
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.problems import documented
from server.core.web.routes import BoundedRoute
from server.core.web.session import Session
from server.payments.service import news
from server.payments.service.signatures import NotSigned

router = APIRouter(prefix="/payments", tags=["payments"], route_class=BoundedRoute)
"""Not counted: the provider tells of many payments from few addresses, and what it tells is signed."""

MAX_EVENT_BYTES = 256_000


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
