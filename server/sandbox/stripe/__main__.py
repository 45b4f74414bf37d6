"""The sandbox as a process of its own: `python -m server.sandbox.stripe --port 12111 --file stripe.sqlite3`.

For tests that kill it. It prints its port once it answers.
"""

import argparse
import asyncio
import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from server.core.settings import Settings
from server.core.web.headers import UsualHeaders
from server.core.web.problems import answer_problems
from server.sandbox.stripe.routers import routers
from server.sandbox.stripe.sandbox import SECRET_KEY, StripeSandbox, Webhook

HOST = "127.0.0.1"


def app_of(sandbox: StripeSandbox) -> FastAPI:
    """The sandbox as an app of its own."""
    app = FastAPI(openapi_url=None, lifespan=lambda _: sandbox.running())
    answer_problems(app)
    for router in routers(sandbox):
        app.include_router(router)
    return app


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m server.sandbox.stripe", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes one that is free")
    parser.add_argument("--file", type=Path, required=True, help="what it remembers")
    parser.add_argument("--key", default=SECRET_KEY, help="the secret key it takes")
    parser.add_argument("--webhook-url", help="an endpoint that is told of every event")
    parser.add_argument("--webhook-secret", default="", help="what its deliveries are signed with")
    return parser.parse_args()


async def _main() -> None:
    asked = _asked()
    listener = socket.create_server((HOST, asked.port))
    port = listener.getsockname()[1]
    webhook = Webhook(asked.webhook_url, asked.webhook_secret) if asked.webhook_url else None
    sandbox = StripeSandbox(asked.file, f"http://{HOST}:{port}", secret_key=asked.key, webhook=webhook)
    settings = Settings(_env_file=None)
    served = UsualHeaders(app_of(sandbox), settings)
    server = uvicorn.Server(uvicorn.Config(served, log_level="warning", access_log=False))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(_main())
