"""The API as one ASGI app: routers, listeners, problems. `web.py` puts the client beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse, Response

from server import api_docs, schema
from server.auth import endpoints as auth
from server.auth import jobs as auth_jobs
from server.auth.guards import person_of
from server.auth.sessions import service as sessions
from server.bookings import endpoints as bookings
from server.bookings import jobs as bookings_jobs
from server.bookings import listeners as bookings_listeners
from server.calendars import endpoints as calendars
from server.calendars import jobs as calendars_jobs
from server.calendars import listeners as calendars_listeners
from server.cases import endpoints as cases
from server.cases.failed_jobs import listeners as failed_jobs_listeners
from server.core import failure_watch, retention
from server.core.database import Database, Pool
from server.core.folder_storage import FolderStorage
from server.core.openapi import Link, describe
from server.core.rates import Rates
from server.core.settings import Settings
from server.core.web.app_versions import up_to_date
from server.core.web.context import RequestContext
from server.core.web.problems import answer_problems
from server.core.web.routes import BoundedRoute
from server.media.service import Drawings
from server.notifications import endpoints as notifications
from server.notifications import jobs as notifications_jobs
from server.notifications import listeners as notifications_listeners
from server.payments import endpoints as payments
from server.payments import jobs as payments_jobs
from server.payments import listeners as payments_listeners
from server.payments.admin import endpoints as payments_admin
from server.payments.admin import listeners as payments_admin_listeners
from server.payments.payouts import endpoints as payouts
from server.payments.payouts import jobs as payouts_jobs
from server.payments.payouts import listeners as payouts_listeners
from server.payments.reconciliation import endpoints as reconciliation
from server.payments.reconciliation import jobs as reconciliation_jobs
from server.payments.reconciliation import listeners as reconciliation_listeners
from server.properties import endpoints as properties
from server.properties import listeners as properties_listeners
from server.properties.bulk_edits import endpoints as bulk_edits
from server.properties.drafts import endpoints as drafts
from server.properties.importing import endpoints as importing
from server.properties.importing import jobs as importing_jobs
from server.properties.listing import listeners as listing_listeners
from server.sandbox import mail as sandbox
from server.sandbox.stripe import routers as stripe_sandbox
from server.search import endpoints as search
from server.search import jobs as search_jobs
from server.search import listeners as search_listeners
from server.search.map import endpoints as search_map
from server.search.map.service import Atlas
from server.search.similar import endpoints as search_similar
from server.today import endpoints as today
from server.users import endpoints as users
from server.users import listeners as users_listeners
from shared_models.search_map import MapTiles

ROUTERS = (
    auth.router,
    cases.router,
    users.router,
    drafts.router,  # before the homes, whose slug would be `drafts`
    bulk_edits.router,
    properties.router,
    importing.router,
    calendars.router,
    payments.router,
    payments.mine,
    payments.methods,
    payments_admin.payments,
    payments_admin.requests,
    payments_admin.disputes,
    payouts.router,
    reconciliation.router,
    bookings.quotes,
    bookings.router,
    search.router,
    search_map.router,
    search_similar.router,
    notifications.router,
    today.router,
)
LISTENERS = (
    failed_jobs_listeners,
    users_listeners,
    properties_listeners,
    listing_listeners,
    calendars_listeners,
    payments_listeners,
    payments_admin_listeners,
    payouts_listeners,
    reconciliation_listeners,
    bookings_listeners,
    search_listeners,
    notifications_listeners,
)
JOBS = (
    *(failure_watch, retention, auth_jobs, importing_jobs, calendars_jobs, payments_jobs, bookings_jobs, search_jobs),
    *(notifications_jobs, payouts_jobs, reconciliation_jobs),
)
"""Importing a module of listeners or jobs registers them; they stand here so that nobody thinks the imports unused."""

LINKS = (
    Link("GET /earnings", "GET /earnings/{earning_id}", {"earning_id": "$response.body#/items/0/id"}),
    Link("POST /auth/sign-in", "POST /auth/refresh", body={"refresh_token": "$response.body#/refresh_token"}),
    Link("GET /auth/sessions", "DELETE /auth/sessions/{session_id}", {"session_id": "$response.body#/0/id"}),
    Link(
        "GET /notifications",
        "POST /notifications/{notification_id}/read",
        {"notification_id": "$response.body#/items/0/id"},
    ),
    Link("GET /today/tenant", "GET /bookings/{booking_id}", {"booking_id": "$response.body#/waiting/0/id"}),
    Link("GET /today/landlord", "POST /bookings/{booking_id}/accept", {"booking_id": "$response.body#/answers/0/id"}),
    Link("GET /today/admin", "POST /cases/{case_id}/take", {"case_id": "$response.body#/cases/0/id"}),
    Link("GET /payment-methods", "DELETE /payment-methods/{card_id}", {"card_id": "$response.body#/0/id"}),
    Link("GET /admin/payments", "GET /admin/payments/{payment_id}", {"payment_id": "$response.body#/items/0/id"}),
    Link(
        "GET /admin/payments", "POST /admin/payments/{payment_id}/refunds", {"payment_id": "$response.body#/items/0/id"}
    ),
    Link(
        "GET /admin/refund-requests",
        "POST /admin/refund-requests/{request_id}/approve",
        {"request_id": "$response.body#/items/0/id"},
    ),
    Link("POST /auth/sign-in", "POST /auth/sign-out", body={"refresh_token": "$response.body#/refresh_token"}),
    Link("GET /search", "GET /properties/{id_or_slug}", {"id_or_slug": "$response.body#/items/0/slug"}),
    Link("GET /search/suggestions", "GET /properties/{id_or_slug}", {"id_or_slug": "$response.body#/homes/0/slug"}),
    Link("GET /search/similar", "GET /properties/{id_or_slug}", {"id_or_slug": "$response.body#/0/slug"}),
    Link("POST /quotes", "POST /bookings", body={"quote_id": "$response.body#/id"}),
    Link("POST /bookings", "GET /bookings/{booking_id}", {"booking_id": "$response.body#/id"}),
    Link("POST /bookings", "POST /bookings/{booking_id}/confirm", {"booking_id": "$response.body#/id"}),
    Link("POST /bookings", "POST /bookings/{booking_id}/payment", {"booking_id": "$response.body#/id"}),
    Link("POST /bookings", "GET /bookings/{booking_id}/payment", {"booking_id": "$response.body#/id"}),
    Link("POST /bookings", "POST /bookings/{booking_id}/release", {"booking_id": "$response.body#/id"}),
    Link("GET /bookings", "GET /bookings/{booking_id}", {"booking_id": "$response.body#/items/0/id"}),
    Link("POST /properties", "GET /properties/{id_or_slug}", {"id_or_slug": "$response.body#/id"}),
    Link("POST /properties", "PUT /properties/{property_id}", {"property_id": "$response.body#/id"}),
    Link("POST /properties", "POST /properties/{property_id}/status", {"property_id": "$response.body#/id"}),
    Link("POST /calendars/blocks", "PATCH /calendars/blocks/{block_id}", {"block_id": "$response.body#/source_id"}),
    Link("POST /calendars/blocks", "DELETE /calendars/blocks/{block_id}", {"block_id": "$response.body#/source_id"}),
    Link("POST /imports", "PUT /imports/{run_id}/plan", {"run_id": "$response.body#/id"}),
    Link("PUT /imports/{run_id}/plan", "POST /imports/{run_id}/check", {"run_id": "$response.body#/id"}),
    Link("PUT /imports/{run_id}/plan", "POST /imports/{run_id}/start", {"run_id": "$response.body#/id"}),
    Link("POST /imports/{run_id}/start", "GET /imports/{run_id}/findings", {"run_id": "$response.body#/id"}),
    Link("POST /imports/{run_id}/start", "POST /imports/{run_id}/cancel", {"run_id": "$response.body#/id"}),
)
"""How answers lead to the next call, for the OpenAPI."""


@cache
def _api() -> APIRouter:
    """The routes of all rooms under `/api/v1`."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(up_to_date)])
    for router in ROUTERS:
        api.include_router(router)
    return api


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The API under `/api/v1`, with `/healthz` and `/readyz`. What it looks at by itself runs with its lifespan."""

    stripe = None if settings.in_production else stripe_sandbox.of_settings(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        polling = asyncio.create_task(app.state.revoked_sessions.poll(database.maintenance, settings))
        async with nullcontext() if stripe is None else stripe.running():
            yield
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    app = FastAPI(
        title="EstoSpaces",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json" if settings.shows_api_docs else None,
        docs_url=None,  # theirs fetch scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings, app.state.database, app.state.person_of = settings, database, person_of
    app.state.revoked_sessions = sessions.RevokedSessions()
    app.state.rates = Rates(settings.budgets)
    app.state.drawings = Drawings(FolderStorage(settings.data_dir / "files"))
    app.state.atlas = Atlas(_tiles(settings))
    answer_problems(app)
    app.add_middleware(RequestContext)
    app.router.route_class = BoundedRoute
    # Taken as they are: `include_router` would make each of them anew for every app of a process.
    app.router.routes.extend(_api().routes)
    if stripe is not None:
        for router in (sandbox.inbox(settings), *stripe_sandbox.routers(stripe)):
            app.include_router(router)
    if settings.shows_api_docs:
        app.include_router(api_docs.docs(app))
    describe(app, LINKS)
    _add_health(app, database)
    return app


def _tiles(settings: Settings) -> MapTiles | None:
    if settings.map_tiles_url is None:
        return None
    return MapTiles(url=settings.map_tiles_url, attribution=settings.map_tiles_attribution)


def _add_health(app: FastAPI, database: Database) -> None:
    readiness = schema.Readiness(database)

    @app.get("/healthz", tags=["health"])
    async def healthz() -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", tags=["health"], responses={503: {"description": "Not yet."}})
    async def readyz() -> Response:
        """The database answers and stands at the revision this code expects; who waits for a connection to it, and how
        many jobs have failed (null: not known)."""
        now = await readiness.now()
        waiting = {"requests": _line(database), "searches": _line(database.reads)}
        state = {"ready": now.ready, "connections": waiting, "failed_jobs": now.failed_jobs}
        return JSONResponse(state, status_code=200 if now.ready else 503)


def _line(pool: Pool) -> str:
    return "all taken" if pool.slots.are_taken else "free"
