"""What goes wrong with a machine: a full disk, a stopped process, a clock that jumps, two products, a kill of all."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from server.core.embedded_postgres import process
from server.core.settings import Settings
from shared_models.drafts import DraftField
from tests.attacks.bookers import bookers
from tests.attacks.outages import DRAIN_SECONDS, Log, Postgres, nothing_is_lost, settings_of, stops_in_time, until
from tests.conftest import Api, MakePerson
from tests.mailbox import verify_token
from tests.product import ESTOSPACES, ROOT, Product, environment, running
from tests.server.core.conftest import mount, small_disk
from tests.server.stays import rows

__all__ = ["small_disk"]

WISH = {
    "email": "ann@example.com",
    "password": "a long enough password",
    "name": "Ann",
    "roles": ["tenant", "landlord"],
}
LONG_DRAFT = {"words": {field.value: "漢" * 4000 for field in DraftField if field != DraftField.UNKNOWN}}
"""More than the pages that a database of little use has left over."""
NEEDS_A_MAIL = "waits.for.a.mail@example.com"
SIGN_IN = {"email": WISH["email"], "password": WISH["password"]}


@asynccontextmanager
async def client_of(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=60) as client:
        yield client


async def until_answered(client: httpx.AsyncClient, status: int, path: str, request_body: object) -> httpx.Response:
    """Ask until the answer is this one; meanwhile only 503, which says when to come back."""
    async with asyncio.timeout(60):
        while (reply := await client.post(path, json=request_body)).status_code != status:
            assert reply.status_code == 503, reply.text
            assert reply.headers["retry-after"]
            await asyncio.sleep(0.3)
    return reply


# --- disks


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


@pytest.mark.prove
def test_a_start_on_a_full_disk_is_one_line_and_works_once_there_is_room(small_disk: Path) -> None:
    folder = small_disk / "data"
    command = [*ESTOSPACES, "--port", "0", "--empty"]
    failed = subprocess.run(
        command, cwd=ROOT, env=environment(None, folder), capture_output=True, text=True, check=False, timeout=120
    )
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert "No space left on device" in failed.stderr
    assert mount("-o", "remount,size=300m", str(small_disk)) == 0
    with running(None, folder, "--empty") as product:
        assert httpx.get(f"{product.url}/readyz", timeout=60).json()["ready"] is True


@pytest.mark.prove
async def test_a_disk_that_fills_up_costs_503s_until_there_is_room_again(small_disk: Path) -> None:
    assert mount("-o", "remount,size=300m", str(small_disk)) == 0
    folder = small_disk / "data"
    with running(None, folder, "--empty") as product:
        async with client_of(product) as client:
            await open_account(client, Postgres(folder / "postgres").url)
            landlord = await signed_in(client)
            fill(small_disk)
            refused = await client.post("/properties/drafts", json=LONG_DRAFT, headers=landlord)
            assert (refused.status_code, refused.json()["code"]) == (503, "try_again"), refused.text
            assert refused.headers["retry-after"]
            assert (await client.get("/search")).status_code == 200, "who only looks needs no room"
            (small_disk / "ballast").unlink()
            await until_answered(client, 202, "/auth/register", {**WISH, "email": "room.again@example.com"})
            await until_answered(client, 200, "/auth/sign-in", SIGN_IN)
        stops_in_time(product, Log(folder / "estospaces.log"))


async def open_account(client: httpx.AsyncClient, database_url: str) -> None:
    """Register, and open the link of the mail."""
    assert (await client.post("/auth/register", json=WISH)).status_code == 202
    database = Database(database_url, pool=1)
    opened = {"token": await verify_token(database, WISH["email"])}
    await database.close()
    assert (await client.post("/auth/verify-email", json=opened)).status_code == 200


async def signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    """The header of a session."""
    tokens = (await client.post("/auth/sign-in", json=SIGN_IN)).raise_for_status().json()
    return {"Authorization": f"Bearer {tokens['access_token']}"}


# --- processes


@pytest.mark.prove
async def test_a_product_that_was_stopped_for_a_minute_goes_on_with_sessions_and_jobs(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running(None, folder, "--empty") as product:
        postgres = Postgres(folder / "postgres")
        database = Database(postgres.url)
        crowd = await bookers(product.url, database, settings_of(postgres.url, folder))
        async with crowd.at_work() as answers:
            await until(lambda: answers.booked_at > 0)
            product.process.send_signal(signal.SIGSTOP)
            stopped_at = asyncio.get_running_loop().time()
            await asyncio.sleep(62)
            product.process.send_signal(signal.SIGCONT)
            await until(lambda: min(answers.booked_at, answers.searched_at) > stopped_at + 62)
        answers.wrong[:] = [said for said in answers.wrong if "ReadTimeout" not in said]  # its clients did not wait
        answers.statuses[503] += 1  # nobody need be told to come back
        await nothing_is_lost(database, answers)
        await database.close()
        stops_in_time(product, Log(folder / "estospaces.log"))


@pytest.mark.prove
async def test_two_products_on_one_folder_share_its_database_and_both_stop_clean(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running(None, folder, "--empty") as first, running(None, folder, "--empty") as second:
        postgres = Postgres(folder / "postgres")
        async with client_of(first) as one, client_of(second) as other:
            await open_account(one, postgres.url)
            assert (await other.post("/auth/sign-in", json=SIGN_IN)).status_code == 200
            postgres.kill()
            await until_answered(one, 200, "/auth/sign-in", SIGN_IN)
            await until_answered(other, 200, "/auth/sign-in", SIGN_IN)
            assert (folder / "postgres" / "server.log").read_text().count("starting PostgreSQL") == 2
            stops_in_time(first, Log(folder / "estospaces.log"))
            assert (await other.post("/auth/sign-in", json=SIGN_IN)).status_code == 200
            stops_in_time(second, Log(folder / "estospaces.log"))
    assert process.find_server(postgres.cluster) is None


@pytest.mark.prove
async def test_when_product_and_database_are_killed_at_once_the_next_start_has_everything(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running(None, folder, "--empty") as product:
        postgres = Postgres(folder / "postgres")
        async with client_of(product) as client:
            await open_account(client, postgres.url)
            # Of the first address no mail is needed any more, so that its own may be dropped; this one's has to leave.
            assert (await client.post("/auth/register", json={**WISH, "email": NEEDS_A_MAIL})).status_code == 202
        server = process.find_server(postgres.cluster)
        assert server is not None
        for pid in (product.process.pid, server.pid, *process.find_children(postgres.cluster)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        product.process.wait()
    with running(None, folder, "--empty") as product:
        async with client_of(product) as client:
            assert (await client.post("/auth/sign-in", json=SIGN_IN)).status_code == 200
        database = Database(Postgres(folder / "postgres").url)
        sent = (
            "SELECT 1 FROM outgoing_call JOIN notification ON notification.id = subject_id "
            "JOIN identity ON identity.id = person_id WHERE outgoing_call.status = 'done' AND email = :email"
        )
        async with asyncio.timeout(DRAIN_SECONDS):
            while not await rows(database, sent, email=NEEDS_A_MAIL):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await database.close()


# --- clocks


async def test_a_clock_that_jumps_a_day_and_back_leaves_sessions_usable(
    served_api: Api, a_person: MakePerson, settings: Settings
) -> None:
    person, today = await a_person(), clock.now()
    token = person.refresh_token
    for days in (1, 0, -1, 0):
        with time_machine.travel(today + timedelta(days=days), tick=True):
            renewed = await served_api.post("/auth/refresh", {"refresh_token": token})
            assert renewed.status_code == 200, (days, renewed.text)
            token = renewed.json()["refresh_token"]
            headers = {"Authorization": f"Bearer {renewed.json()['access_token']}"}
            assert (await served_api.get("/users/me", headers=headers)).status_code == 200, days
