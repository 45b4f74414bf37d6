"""How uvicorn is set up to use our connections."""

from typing import Any, Final

import uvicorn

from server.core.connections.http import HttpConnection
from server.core.connections.registry import Connections
from server.core.connections.sockets import FIRST_MESSAGE_BYTES, SocketConnection

ACCEPTED_AT_ONCE: Final = 32
"""New connections that are taken before anything else has its turn. Each is an open file from then on, and only its
turn can refuse it: a crowd that was taken whole would leave no file for anything else."""


class ServerConfig(uvicorn.Config):
    """uvicorn's settings by ours, and the connections that its protocols share."""

    def __init__(self, app: Any, connections: Connections, **more: Any) -> None:
        """`more` is uvicorn's own."""
        settings = connections.settings
        super().__init__(
            app,
            http=HttpConnection,
            ws=SocketConnection,
            # Always said: by itself uvicorn believes what comes from this machine, or whom a variable of its own names.
            proxy_headers=bool(settings.proxies.networks),
            forwarded_allow_ips=[str(network) for network in settings.proxies.networks],
            timeout_keep_alive=settings.keep_alive_seconds,  # type: ignore[arg-type]  # it is given to the loop as it is
            ws_max_size=FIRST_MESSAGE_BYTES,
            ws_ping_interval=settings.ping_seconds,
            ws_ping_timeout=settings.ping_seconds,
            backlog=ACCEPTED_AT_ONCE,
            **more,
        )
        self.connections = connections
