"""What stands between a socket and the app. Calls within the process do not come through here."""

from starlette.types import ASGIApp

from server.core.settings import Settings
from server.core.web.connections import UnreadBodies
from server.core.web.headers import UsualHeaders
from server.core.web.hosts import HostCheck


def behind_front(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The app as it may be put on a socket."""
    return UnreadBodies(UsualHeaders(HostCheck(app, settings), settings))
