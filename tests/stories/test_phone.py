"""The phone: what ships to it, alone in a clean environment, against the running product."""

import asyncio
import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.core.database import Database
from server.core.ids import new_id
from server.demo.messy import write_messy_csv
from tests.conftest import PASSWORD
from tests.mailbox import verify_token
from tests.product import ROOT, Product
from tests.stories.conftest import said

SHIPPED = ("main.py", "client", "shared_models", "assets")
TOLD_TO_PRESS = ("tests/client/harness.py", "tests/stories/phone.py")
HOMES = 300


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what ships and the Python of an environment that holds `[project].dependencies` and no more."""
    if shutil.which("uv") is None:
        pytest.skip("uv is not installed; it makes the clean environment")
    folder = tmp_path_factory.mktemp("phone")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for name in TOLD_TO_PRESS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needs = project["project"]["dependencies"]
    newest = project["tool"]["uv"]["exclude-newer"]
    _run("uv", "venv", "--quiet", "--python", os.environ.get("PHONE_PYTHON", "3.11"), str(folder / "env"))
    python = folder / "env" / "bin" / "python"
    _run("uv", "pip", "install", "--quiet", "--python", str(python), "--exclude-newer", newest, *needs)
    return folder


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"


def _on(phone: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "VIRTUAL"))}
    python = str(phone / "env" / "bin" / "python")
    return subprocess.run([python, *words], cwd=phone, env=clean, capture_output=True, text=True, timeout=300)


@pytest.mark.prove
def test_nothing_of_the_server_is_on_the_phone(phone: Path) -> None:
    for absent in ("fastapi", "sqlalchemy", "flet_web", "server"):
        assert "ModuleNotFoundError" in _on(phone, "-c", f"import {absent}").stderr
    assert _on(phone, "-c", "import client.app, msgpack").returncode == 0


@pytest.mark.prove
async def test_someone_books_an_imported_home_on_their_phone(phone: Path, product: Product, tmp_path: Path) -> None:
    file = tmp_path / "homes.csv"
    write_messy_csv(file, HOMES, seed=7)
    place = ("--city", "Edinburgh", "--country", "GB", "--currency", "GBP", "--source", "messy")
    assert "Published:" in await asyncio.to_thread(product.command, "import", str(file), *place, "--publish")
    email = f"{new_id()}@example.com"
    async with httpx.AsyncClient(base_url=f"{product.url}/api/v1", timeout=30) as client:
        request_body = {"email": email, "password": PASSWORD, "name": "Ting"}
        assert (await client.post("/auth/register", json=request_body)).status_code == 202
        database = Database(product.environment["DATABASE_URL"], pool=1)
        opened = {"token": await verify_token(database, email), "client": "device"}
        await database.close()
        tokens = said(await client.post("/auth/verify-email", json=opened))["tokens"]
        done = await asyncio.to_thread(_on, phone, "-m", "tests.stories.phone", product.url, email, PASSWORD)
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])

        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        query = {"side": "tenant", "when": "upcoming"}
        (booking,) = said(await client.get("/bookings", params=query, headers=headers))["items"]
        assert (booking["status"], booking["reference"]) == ("confirmed", seen["reference"])
        assert booking["home"]["title"] in seen["home"]
        assert seen["route"] == f"/trips/{booking['id']}"
        assert booking["home"]["title"] in seen["texts"]
        # The phone keeps the newest token, and it still opens the account.
        fresh = await client.post("/auth/refresh", json={"refresh_token": seen["tokens"][-1]})
        assert fresh.status_code == 200
