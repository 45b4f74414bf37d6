"""SIGTERM and Ctrl-C end the product within ten seconds in every state, with nothing lost and nothing left behind."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.settings import Settings
from tests.attacks.outages import STOP_SECONDS, Log, Postgres, until
from tests.product import Product, running
from tests.server.stays import rows

WISH = {"email": "ann@example.com", "password": "a long enough password", "name": "Ann", "roles": ["tenant"]}


async def ends(product: Product, number: signal.Signals, log: Log) -> None:
    """Asked to stop it does, in time, with 0, and without a traceback."""
    began = time.monotonic()
    product.process.send_signal(number)
    assert await asyncio.to_thread(product.process.wait, 60) == 0
    assert time.monotonic() - began < STOP_SECONDS, "".join(product.said)
    for text in ("".join(product.said), log.text()):
        assert (text.count("Traceback"), text.count('  File "')) == (0, 0)


@contextmanager
def mail_server_that_says_nothing() -> Iterator[str]:
    """Where a job that sends a mail waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def hanging_clients(url: str) -> AsyncIterator[list["asyncio.Task[httpx.Response]"]]:
    """An open socket, connections that say nothing, half a request, and requests that wait for their answers."""
    host, port = url.removeprefix("http://").split(":")
    silent = [await asyncio.open_connection(host, int(port)) for _ in range(5)]
    for _, writer in silent[1:]:
        writer.write(b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    async with (
        connect(f"ws://{host}:{port}/app/ws", origin=url),  # type: ignore[arg-type]
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        asked = [asyncio.create_task(client.get("/api/v1/search")) for _ in range(5)]
        await asyncio.wait(asked, timeout=0.5)
        yield asked
    for _, writer in silent:
        writer.close()


async def answered_or_told(asked: list["asyncio.Task[httpx.Response]"]) -> None:
    for reply in await asyncio.gather(*asked):
        assert reply.status_code in (200, 503)
        assert reply.status_code == 200 or reply.headers["retry-after"]


async def test_with_open_sockets_half_requests_and_a_job_that_hangs_it_ends_in_time_and_the_job_is_kept(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    with (
        mail_server_that_says_nothing() as smtp,
        running(url, tmp_path / "data", "--empty", SMTP_URL=smtp) as product,
    ):
        async with httpx.AsyncClient(base_url=product.url, timeout=60) as client:
            assert (await client.post("/api/v1/auth/register", json=WISH)).status_code == 202
        await until_doing(database)
        async with hanging_clients(product.url) as asked:
            await ends(product, signal.SIGTERM, Log(tmp_path / "data" / "estospaces.log"))
            await answered_or_told(asked)
    left = await rows(database, "SELECT status::text FROM procrastinate_jobs WHERE task_name LIKE '%mail%'")
    assert [row.status for row in left] in (["todo"], ["doing"]), "it is run again by the next worker"


async def until_doing(database: Database) -> None:
    doing = "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name LIKE '%mail%'"
    async with asyncio.timeout(60):
        while not await rows(database, doing):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.1)


@pytest.mark.prove
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
@pytest.mark.parametrize("state", ["cannot be started", "being started again", "hangs", "postmaster hangs"])
async def test_while_its_database_is_away_it_ends_in_time(tmp_path: Path, state: str, number: signal.Signals) -> None:
    folder = tmp_path / "data"
    log = Log(folder / "estospaces.log")
    with running(None, folder, "--empty") as product:
        postgres = Postgres(folder / "postgres")
        if state == "cannot be started":
            postgres.break_settings()
            postgres.kill()
            await until(lambda: log.count("postgres_not_restarted") > 0)
        elif state == "being started again":
            postgres.kill()
        else:
            postgres.halt(children=state == "hangs")
        async with hanging_clients(product.url) as asked:
            await ends(product, number, log)
            await answered_or_told(asked)
    assert process.find_server(postgres.cluster) is None
    assert process.find_children(postgres.cluster) == []
