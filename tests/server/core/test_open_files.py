"""As many connections as the system lets a process open files: a house that is full says so, and goes on answering."""

import json
import resource
import subprocess
import sys
from typing import Any

import httpx
import pytest

from server.core.database import Database
from tests.raw import many
from tests.served import ROOT, served

PROGRAM = """
import json, resource, sys
from structlog.testing import capture_logs
from server.core.open_files import room_for_files

resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
with capture_logs() as lines:
    room = room_for_files(1000)
allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
print(json.dumps({"room": room, "allowed": allowed, "told": [line["event"] for line in lines]}))
"""


@pytest.mark.parametrize(
    ("allowed", "most", "found"),
    [
        (4000, 4000, {"room": 1000, "allowed": 4000, "told": []}),
        (256, 4000, {"room": 1000, "allowed": 1200, "told": []}),
        (256, 700, {"room": 500, "allowed": 700, "told": ["fewer_connections"]}),
        (150, 150, {"room": 10, "allowed": 150, "told": ["fewer_connections"]}),
    ],
    ids=["enough", "enough for the asking", "fewer", "hardly any"],
)
def test_there_is_room_for_as_many_connections_as_files_may_be_open(
    allowed: int, most: int, found: dict[str, Any]
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(allowed), str(most)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout) == found


async def test_where_few_files_may_be_open_a_crowd_keeps_nobody_out_and_takes_no_other_file(
    database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    few = 300  # of which 200 are kept for what else is open
    with served(database.url, files=few) as server:
        assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (few, few)
        # It listens before it accepts: all of them are there at its first look.
        async with many(server.url, 2 * few), httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            for path in ("/healthz", "/readyz", "/api/v1/search"):
                assert (await client.get(path)).status_code == 200
    assert "out of system resource" not in capfd.readouterr().err
