"""Whether a page of ours sent something: browsers say where what they send comes from, and no page can change that."""

from starlette.types import Scope

from server.core.settings import Settings


def is_from_our_page(scope: Scope, settings: Settings) -> bool:
    """Whether the `Origin` is the public address, or while developing, the very host that is asked."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin == settings.public_origin:
        return True
    # On one machine people say localhost, 127.0.0.1 or the machine's name: the page's own host will do there.
    host = headers.get(b"host", b"").decode("latin-1")
    return not settings.in_production and bool(host) and origin in (f"http://{host}", f"https://{host}")
