"""Who tells us something: Stripe signs its events (docs.stripe.com/webhooks/signature)."""

import json
from datetime import timedelta

import stripe

from server.core import clock
from server.core.errors import AppError
from server.core.settings import Settings
from shared_models.problems import ProblemCode

MAX_AGE = timedelta(seconds=300)
"""How far the time of a signature may be from ours, before or after."""


class NotSigned(AppError):
    """Whoever sent this is not Stripe, or it was changed or kept on its way."""

    status, code, title = 400, ProblemCode.MALFORMED, "This is not signed as events of ours are"


def event_id(settings: Settings, body: bytes, signature: str | None) -> str:
    """The id of an event that Stripe has signed, no older nor newer than five minutes. Raises NotSigned."""
    try:
        payload = body.decode()
        stripe.WebhookSignature.verify_header(
            payload, signature, settings.stripe_event_secret, int(MAX_AGE.total_seconds())
        )
        _check_not_ahead(signature or "")
        found = json.loads(payload)
    except (stripe.SignatureVerificationError, ValueError):
        raise NotSigned from None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise NotSigned("This is no event.")
    return str(found["id"])


def _check_not_ahead(signature: str) -> None:
    """The SDK takes signatures of a time to come. Raises ValueError."""
    times = [part.removeprefix("t=") for part in signature.split(",") if part.startswith("t=")]
    if any(int(time) > (clock.now() + MAX_AGE).timestamp() for time in times):
        raise ValueError("of a time to come")
