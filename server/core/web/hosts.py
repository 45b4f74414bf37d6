"""A server answers to its own names only: a page of somebody else's whose name leads here (DNS rebinding) gets nothing,
and nothing we say leads to a name that somebody made up."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import WrongHost
from server.core.settings import Settings
from server.core.web.problems import problem_response
from shared_models.problems import Problem

HEALTH = frozenset({"/healthz", "/readyz"})
"""Asked by address, from whoever looks after machines; their answers tell nobody anything."""
_WRONG = Problem(title=WrongHost.title, status=WrongHost.status, code=WrongHost.code, detail=WrongHost.help)
POLICY_VIOLATION = 1008
"""The code a socket is closed with that breaks a rule (RFC 6455)."""


class HostCheck:
    """Refuses requests and sockets whose `Host` is none of ours, before anything is done for them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self._known = app, settings.known_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] in HEALTH or self._is_ours(scope):
            await self.app(scope, receive, _staying_here(scope, send))
        elif scope["type"] == "http":
            await problem_response(_WRONG)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def _is_ours(self, scope: Scope) -> bool:
        said = _hosts_said(scope)
        address, port = scope.get("server") or ("", None)
        return len(said) == 1 and self._known.knows(said[0], address, port)


def _hosts_said(scope: Scope) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]


def _staying_here(scope: Scope, send: Send) -> Send:
    """Redirects within the server name no host: a proxy may have changed it, or left the scheme out."""

    async def staying(message: Message) -> None:
        if message["type"] == "http.response.start":
            said = [host.encode("latin-1") for host in _hosts_said(scope)]
            message["headers"] = [
                (name, _path_in(value, said) if name.lower() == b"location" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return staying


def _path_in(location: bytes, hosts: list[bytes]) -> bytes:
    for scheme in (b"http://", b"https://"):
        for host in hosts:
            rest = location.removeprefix(scheme + host)
            if rest != location and rest.startswith(b"/"):
                return rest
    return location
