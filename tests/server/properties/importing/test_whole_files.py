"""Whole files: the real one, a killed run, two runners at once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import UUID

import pytest

from server.core.database import Database
from server.core.settings import Settings
from server.demo.messy import write_messy_csv
from server.properties.importing.service import runs, steps
from shared_models.auth import Role
from shared_models.imports import Finding, ImportRead, ImportStatus
from tests.conftest import Api, MakePerson, Person
from tests.server.properties.importing.conftest import EDINBURGH, Dump, Worked

ROOT = Path(__file__).parents[4]

RUN = """
import asyncio, json, sys, time
from pathlib import Path
from uuid import UUID
from server import app  # every listener and job, as in the real command
from server.core.database import Database
from server.core.identity import Identity
from server.properties.importing.service import runs, steps
from shared_models.auth import Role
from shared_models.imports import FileWide

async def main(url, admin, file, wide):
    began = time.monotonic()
    database = Database(url, pool=2)
    who = Identity(id=UUID(admin), session_id=UUID(int=1), roles=frozenset({Role.ADMIN}))
    path = Path(file)
    async with database.transaction() as session:
        run = await runs.start_file(
            session, who, path.name, path.read_bytes(), FileWide.model_validate_json(wide), for_platform=True
        )
    end = await steps.run_to_end(database, run.id, lambda told: print(told.lines_done, flush=True))
    # Not ru_maxrss: that begins with the memory of whoever started this process.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    megabytes = int(status["VmHWM"].split()[0]) / 1024
    print(json.dumps({"id": str(end.id), "seconds": time.monotonic() - began, "megabytes": megabytes}), flush=True)
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def admin(a_person: MakePerson) -> Person:
    return await a_person(Role.ADMIN)


def in_a_process(settings: Settings, admin: Person, file: Path) -> subprocess.Popen[str]:
    """The import as a process of its own."""
    assert settings.database_url is not None
    wide = EDINBURGH.model_dump_json(exclude_unset=True)
    url = settings.database_url.get_secret_value()
    return subprocess.Popen(
        [sys.executable, "-c", dedent(RUN), url, str(admin.id), str(file), wide],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


async def output(process: subprocess.Popen[str]) -> list[str]:
    out, _ = await asyncio.to_thread(process.communicate, timeout=300)
    return out.splitlines()


async def start(database: Database, admin: Person, content: bytes) -> ImportRead:
    async with database.transaction() as session:
        return await runs.start_file(session, admin.identity, "homes.csv", content, EDINBURGH, for_platform=True)


async def refused(database: Database, admin: Person, run_id: UUID) -> list[tuple[int, str, str]]:
    async with database.transaction() as session:
        page = await runs.findings(session, admin.identity, run_id, Finding.REFUSED, None, 100)
    return [(item.line, item.field, item.reason) for item in page.items]


def messy(tmp_path: Path, rows: int) -> Path:
    path = tmp_path / "messy.csv"
    write_messy_csv(path, rows, seed=7)
    return path


def messy_bytes(tmp_path: Path, rows: int) -> bytes:
    return messy(tmp_path, rows).read_bytes()


async def test_a_run_that_was_killed_midway_ends_as_if_it_had_not(
    database: Database, settings: Settings, admin: Person, tmp_path: Path, dump: Dump
) -> None:
    file = messy(tmp_path, 2500)
    process = in_a_process(settings, admin, file)
    assert process.stdout is not None
    while int(await asyncio.to_thread(process.stdout.readline)) < 1000:
        pass
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.communicate)
    assert process.returncode == -signal.SIGKILL
    done = len((await dump())["property"])
    assert 0 < done < 2490

    lines = await output(in_a_process(settings, admin, file))
    assert int(lines[0]) > 1000, "it went on where it was, not from the start"
    run_id = UUID(json.loads(lines[-1])["id"])
    async with database.transaction() as session:
        run = await runs.read(session, admin.identity, run_id)
        page = await runs.own(session, admin.identity, None, 10)
    assert [known.id for known in page.items] == [run_id]
    assert (run.status, run.taken + run.refused, run.refused) == (ImportStatus.DONE, 2500, 3)
    assert len((await dump())["property"]) == run.created == 2497


async def test_a_run_that_fails_between_steps_goes_on_and_ends_the_same(
    database: Database, admin: Person, tmp_path: Path, dump: Dump, worked: Worked
) -> None:
    content = messy_bytes(tmp_path, 1200)

    class Stop(Exception):
        pass

    def stop(told: ImportRead) -> None:
        if told.lines_done >= 500:
            raise Stop

    run = await start(database, admin, content)
    with pytest.raises(Stop):
        await steps.run_to_end(database, run.id, stop)
    again = await start(database, admin, content)
    assert again.id == run.id
    end = await worked(run.id)
    assert (end.taken + end.refused, end.created) == (1200, len((await dump())["property"]))


async def test_two_runners_at_once_do_no_chunk_twice(
    database: Database, admin: Person, tmp_path: Path, dump: Dump, worked: Worked
) -> None:
    run = await start(database, admin, messy_bytes(tmp_path, 2000))
    ends = await asyncio.gather(worked(run.id), worked(run.id), worked(run.id))
    assert {end.status for end in ends} == {ImportStatus.DONE}
    assert (ends[0].lines_done, ends[0].created, ends[0].unchanged) == (2000, 1997, 0)
    assert len((await dump())["property"]) == 1997


async def test_two_imports_of_one_source_at_once_add_no_home_twice(
    database: Database, admin: Person, tmp_path: Path, dump: Dump, worked: Worked
) -> None:
    content = messy_bytes(tmp_path, 1000)
    first, second = await start(database, admin, content), await start(database, admin, content + b"\n")
    assert first.id != second.id
    ends = await asyncio.gather(worked(first.id), worked(second.id))
    assert sum(end.created for end in ends) == 997 == len((await dump())["property"])
    assert sum(end.unchanged for end in ends) == 997


async def test_every_complete_home_of_a_run_can_be_published_at_once(
    api: Api, database: Database, admin: Person, tmp_path: Path, worked: Worked
) -> None:
    run = await start(database, admin, messy_bytes(tmp_path, 1100))
    await worked(run.id)
    assert await runs.publish_all(database, admin.identity, run.id) == 1097
    assert await runs.publish_all(database, admin.identity, run.id) == 0
    queue = await api.as_(admin).get("/cases?kind=home_review")
    assert queue.json()["total"] == 0


@pytest.mark.prove
async def test_the_real_file_is_taken_but_for_what_cannot_be(
    database: Database, settings: Settings, admin: Person, shared_data: Path, dump: Dump, worked: Worked
) -> None:
    before = await dump()
    lines = await output(in_a_process(settings, admin, shared_data))
    told: dict[str, Any] = json.loads(lines[-1])
    async with database.transaction() as session:
        run = await runs.read(session, admin.identity, UUID(told["id"]))
    assert (run.status, run.lines, run.taken + run.refused) == (ImportStatus.DONE, 12_189, 12_189)
    assert await refused(database, admin, run.id) == [
        (3343, "title", "is empty"),
        (6887, "price", "must be more than 0"),
        (7089, "price", "must be more than 0"),
        (7219, "price", "must be more than 0"),
    ]
    assert told["seconds"] <= 120
    assert told["megabytes"] <= 500

    after = await dump()
    again = await start(database, admin, await asyncio.to_thread(shared_data.read_bytes))
    assert again.id != run.id
    repeated = await worked(again.id)
    assert (repeated.created, repeated.changed, repeated.unchanged) == (0, 0, run.taken)
    assert await dump() == after

    async with database.transaction() as session:
        await runs.cancel(session, admin.identity, run.id)
    assert (await worked(run.id)).created == 0
    assert await dump() == before
