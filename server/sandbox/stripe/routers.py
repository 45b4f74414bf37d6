"""The ways into the sandbox: the API for the SDK, the pages for people, the control page."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.core.errors import StartupError
from server.core.settings import SANDBOX_STRIPE_KEY, Settings
from server.core.web.routes import BoundedRoute
from server.sandbox.stripe.calls import Call
from server.sandbox.stripe.control import control
from server.sandbox.stripe.pages import paying
from server.sandbox.stripe.sandbox import MOUNT, StripeSandbox, Webhook

FILE = "stripe_sandbox.sqlite3"
EVENTS = "/api/v1/payments/events/stripe"
"""Where our server hears of what happened, as Stripe would be told to call it."""


def of_settings(settings: Settings) -> StripeSandbox:
    """The sandbox of a development server. Raises StartupError in production."""
    if settings.in_production:
        raise StartupError("The sandbox is refused in production: whoever finds it pays with test cards.")
    secret = settings.stripe_event_secret
    webhook = None if secret is None else Webhook(f"{settings.sandbox_origin}{EVENTS}", secret)
    return StripeSandbox(
        settings.data_dir / FILE, settings.public_origin, secret_key=SANDBOX_STRIPE_KEY, webhook=webhook
    )


def routers(sandbox: StripeSandbox) -> tuple[APIRouter, ...]:
    """Everything the sandbox answers, under `/sandbox/stripe`."""
    return _api(sandbox), paying(sandbox), control(sandbox)


def _api(sandbox: StripeSandbox) -> APIRouter:
    """The API, for the SDK with `base_addresses={"api": ".../sandbox/stripe"}`."""
    router = APIRouter(prefix=MOUNT, include_in_schema=False, route_class=BoundedRoute)

    @router.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"])
    async def answer(path: str, request: Request) -> Response:
        """One request of the SDK."""
        form = (await request.body()).decode(errors="replace") if request.method == "POST" else request.url.query
        headers = {name.lower(): value for name, value in request.headers.items()}
        return await sandbox.answer(Call(request.method, f"/v1/{path}", form, headers))

    return router
