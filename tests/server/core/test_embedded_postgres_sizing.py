"""Our PostgreSQL takes memory as the machine has it: more than its defaults, less than the machine needs itself."""

from pathlib import Path

import psycopg
import pytest

from server.core.embedded_postgres import sizing
from server.core.embedded_postgres.server import EmbeddedPostgres
from server.core.embedded_postgres.sizing import memory_of_the_machine, memory_settings

GB = 1 << 30


@pytest.mark.parametrize(
    ("memory", "buffers", "each", "maintenance", "cached"),
    [
        (GB // 2, "128MB", "4MB", "64MB", "256MB"),
        (4 * GB, "512MB", "4MB", "64MB", "2048MB"),
        (8 * GB, "1024MB", "8MB", "128MB", "4096MB"),
        (64 * GB, "2048MB", "32MB", "512MB", "32768MB"),
    ],
)
def test_a_machine_gives_an_eighth_within_bounds(
    memory: int, buffers: str, each: str, maintenance: str, cached: str
) -> None:
    assert memory_settings(memory) == {
        "shared_buffers": buffers,
        "work_mem": each,
        "maintenance_work_mem": maintenance,
        "effective_cache_size": cached,
    }


@pytest.mark.parametrize(("said", "counts"), [(f"{3 * GB}\n", True), ("max\n", False), ("", False)])
def test_a_container_counts_on_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, counts: bool
) -> None:
    monkeypatch.setattr(sizing, "CGROUP_LIMITS", (tmp_path / "missing", tmp_path / "memory.max"))
    (tmp_path / "memory.max").write_text(said)
    monkeypatch.setattr(sizing.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 8 * GB // 4096}.__getitem__)
    assert memory_of_the_machine() == (3 if counts else 8) * GB


def test_the_server_runs_with_what_the_machine_gives(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "server", fast=True)
    try:
        with psycopg.connect(server.start()) as connection:
            found = connection.execute(
                "SELECT name, setting::bigint * CASE unit WHEN '8kB' THEN 8192 ELSE 1024 END FROM pg_settings"
                " WHERE name = ANY (%s)",
                [list(memory_settings(0))],
            ).fetchall()
    finally:
        server.remove()
    asked = memory_settings(memory_of_the_machine())
    assert dict(found) == {name: int(size.removesuffix("MB")) << 20 for name, size in asked.items()}
