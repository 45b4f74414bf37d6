"""What stands between a socket and the app. Calls within the process do not come through here."""

from starlette.types import ASGIApp

from server.core.web.connections import UnreadBodies


def behind_front(app: ASGIApp) -> ASGIApp:
    """The app as it may be put on a socket."""
    return UnreadBodies(app)
