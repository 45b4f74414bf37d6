"""The way out to webhook endpoints. No transaction is open meanwhile."""

import hashlib
import hmac
import ssl
from functools import cache

import httpx

from server.core import clock

PATIENCE_SECONDS = 10.0
SUCCESS = range(200, 300)


def signature(payload: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` of a payload (docs.stripe.com/webhooks/signature). `at`: seconds since 1970."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


async def post(client: httpx.AsyncClient, url: str, payload: bytes, secret: str) -> tuple[bool, str]:
    """Deliver an event: whether it was taken (a status from 200 to 299), and what came back, in a word.

    It is signed with the time it really is: receivers refuse what is old by their own clock, wherever ours stands.
    """
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(payload, secret, int(clock.now().timestamp())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        reply = await client.post(url, content=payload, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return False, type(problem).__name__
    return reply.status_code in SUCCESS, str(reply.status_code)


def client() -> httpx.AsyncClient:
    """What deliveries go out by: redirects are not followed, they count as refused."""
    return httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than a delivery.
    return httpx.create_ssl_context()
