"""The way to Stripe. No transaction is open meanwhile: whoever holds one is refused here.

Keys are ours: the id of a payment or a refund goes along as idempotency key, and in the object's metadata.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx
import stripe

from server.core.database import refuse_in_transaction
from server.core.retries import FailedForGood, NeedsAttention
from server.core.settings import Settings

API_VERSION = "2026-10-28.endive"
"""What the SDK speaks; an event of another version says other things by the same names."""
PATIENCE_SECONDS = 10
CLOCKS_APART = 300
"""Seconds by which the provider's clock and ours may differ."""
MISSING = "resource_missing"
"""The code of what is not there, or not any more."""


class Refused(FailedForGood):
    """Stripe says that what was asked cannot be. Its code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CustomerMissing(Refused):
    """Stripe knows the payer no more: somebody deleted them in its dashboard."""


class NotFoundThere(FailedForGood):
    """It was sent too long ago to be sent again, and Stripe has nothing of it."""


class NotReached(Exception):
    """Nobody answered, or the answer was that it does not work now."""


class KeyRefused(NeedsAttention):
    """Stripe does not take our secret key."""


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a call believes to be the provider. Read once: that takes longer than many a call."""
    return ssl.create_default_context(cafile=stripe.ca_bundle_path)


class _Outside(stripe.HTTPClient):
    """Goes out only when no transaction is open. The connections are of one call, for loops come and go; whom they
    trust is of the process."""

    name = "httpx"

    def __init__(self) -> None:
        super().__init__()
        self._client = httpx.AsyncClient(verify=_trusted(), timeout=PATIENCE_SECONDS)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        refuse_in_transaction()
        try:
            reply = await self._client.request(method, url, headers=headers, content=post_data)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
            raise stripe.APIConnectionError(type(problem).__name__) from problem  # type: ignore[no-untyped-call]
        return reply.content, reply.status_code, reply.headers

    async def close_async(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[stripe.StripeClient]:
    """A client whose errors have our names."""
    http = _Outside()
    client = stripe.StripeClient(
        settings.stripe_key,
        base_addresses={"api": settings.stripe_origin},
        http_client=http,
        max_network_retries=0,
        stripe_version=API_VERSION,
    )
    try:
        yield client
    except (stripe.AuthenticationError, stripe.PermissionError) as problem:
        raise KeyRefused(problem.code or "") from None
    except stripe.InvalidRequestError as problem:
        raise Refused(problem.code or problem.param or "") from None
    except (stripe.IdempotencyError, stripe.CardError) as problem:
        raise Refused(problem.code or "idempotency") from None
    except stripe.StripeError as problem:
        raise NotReached(type(problem).__name__) from None
    finally:
        await http.close_async()


def is_replayed(problem: stripe.StripeError) -> bool:
    """Whether this is what the same key was answered before: it will be for a day, so what came of it is looked up."""
    return {name.lower(): value for name, value in (problem.headers or {}).items()}.get("idempotent-replayed") == "true"
