"""Each import contract of pyproject.toml is broken once, on purpose: a contract that cannot break protects nothing.

A miniature house that uses every allowed way stands in a folder of its own. Each test plants one forbidden import and
runs the very contracts of the project on it; exactly the contract meant must break.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MINIATURE = {
    "client/app.py": "from client import paths\nfrom client.features.home import screen\n",
    "client/paths.py": "",
    "client/core/http.py": "import httpx\nfrom client import paths\nfrom shared_models import base\n",
    "client/core/flet_session.py": "import flet\n",
    "client/api/users.py":
        "from client.api import paging\nfrom client.core import http\n"
        "from shared_models import users\n",
    "client/api/paging.py": "from client.core import http\n",
    "client/design/theme.py": "import flet\nfrom client.core import flet_session\n",
    "client/parts/stars.py": "import flet\nfrom client.design import theme\n",
    "client/features/home/state.py": "from client.api import users\n",
    "client/features/home/screen.py":
        "import flet\nfrom client.features.home import state\n"
        "from client.parts import stars\n",
    "client/features/bookings/trips/screen.py": "import flet\nfrom client.parts import stars\n",
    "client/features/bookings/stay/screen.py": "import flet\n",
    "shared_models/base.py": "import datetime\nimport pydantic\nimport tzdata\n",
    "shared_models/users.py": "from shared_models import base\n",
    "server/core/database.py": "import sqlalchemy\n",
    "server/core/events.py": "from server.core import database, jobs\n",
    "server/core/jobs.py": "import psycopg\nfrom server.core import database\n",
    "server/core/repository.py": "import sqlmodel\n",
    "server/core/clock.py": "",
    "server/sandbox/stripe.py": "import fastapi\nfrom server.core import clock\n",
    "server/migrations/env.py": "from server import schema\n",
    "server/migrations/versions/first.py": "import alembic\n",
    "server/auth/guards.py": "import fastapi\nfrom server.auth import service\n",
    "server/auth/service.py": "from server.auth import events, repository\nfrom server.core import database\n",
    "server/auth/repository.py": "from server.auth import tables\nfrom server.core import repository\n",
    "server/auth/tables.py": "import sqlmodel\n",
    "server/auth/events.py": "from shared_models import users\n",
    "server/users/endpoints.py":
        "import fastapi\nfrom server.auth import guards\n"
        "from server.users import jobs, service\n",
    "server/users/listeners.py": "from server.auth import events\nfrom server.users import service\n",
    "server/users/jobs.py": "from server.users import gateway, service\n",
    "server/users/gateway.py": "import httpx\n",
    "server/users/service.py": "from server.auth import service\nfrom server.users import repository, rules\n",
    "server/users/rules.py": "from server.core import clock\nfrom shared_models import users\n",
    "server/users/repository.py": "import sqlalchemy\nfrom server.users import tables\n",
    "server/users/tables.py": "import sqlmodel\n",
    "server/media/service.py": "import pyvips\nfrom server.drawings import cover\n",
    "server/drawings/cover.py": "import hashlib\n",
    "server/properties/service/door.py": "from server.properties import repository, rules\n",
    "server/properties/service/editing.py": "from server.properties.service import door\n",
    "server/properties/repository.py": "from server.properties import tables\n",
    "server/properties/gateway.py": "import httpx\n",
    "server/properties/tables.py": "import sqlmodel\n",
    "server/properties/rules.py": "",
    "server/properties/importing/service/taking.py":
        "from server.properties import repository\n"
        "from server.properties.drafts import service\n"
        "from server.properties.importing import repository as own, rules\n"
        "from server.properties.service import editing\n",
    "server/properties/importing/repository.py": "from server.properties import tables\n",
    "server/properties/importing/rules.py": "import decimal\n",
    "server/properties/drafts/service.py": "from server.properties.drafts import repository\n",
    "server/properties/drafts/repository.py": "import sqlalchemy\n",
    "server/search/repository.py": "from server.properties import tables\n",
    "server/search/service.py": "from server.properties.service import door\nfrom server.search import repository\n",
    "server/schema.py": "from server.auth import tables\nfrom server.users import tables as others\n",
    "server/demo/people.py": "from server.users import service\n",
    "server/web.py": "import httpx\nfrom client.app import paths\nfrom client.core import flet_session\n",
    "server/app.py":
        "from server import web\nfrom server.sandbox import stripe\n"
        "from server.users import endpoints, listeners\n",
    "server/worker.py": "from server.users import jobs\n",
    "server/cli.py": "from server import app, demo, worker\n",
}  # fmt: skip

# Contract, where the forbidden import is planted, and the import.
PLANTS = [
    ("The client does not know the server", "client/core/http.py", "from server.core import clock"),
    ("The server meets the client in server.web only", "server/app.py", "from client.core import http"),
    ("The server meets the client in server.web only", "server/web.py", "from client.features.home import screen"),
    ("shared_models imports pydantic, the standard library and tzdata only", "shared_models/base.py", "import babel"),
    ("The drawings are pure", "server/drawings/cover.py", "import pyvips"),
    ("Only media asks for drawings", "server/properties/service/door.py", "from server.drawings import cover"),
    ("Order of the rooms", "server/auth/service.py", "from server.users import service as above"),
    ("Order of the rooms", "server/core/clock.py", "from server.auth import events"),
    ("Order of the rooms", "server/garage/service.py", "import datetime"),
    ("Migrations import nothing of the house", "server/migrations/versions/first.py", "from server.core import clock"),
    ("Nobody imports migrations", "server/cli.py", "from server.migrations import env"),
    ("The sandbox knows the cellar only", "server/sandbox/stripe.py", "from server.users import service"),
    ("Only the assemblers know the sandbox", "server/core/jobs.py", "from server.sandbox import stripe"),
    ("Order inside a room", "server/users/service.py", "from server.users import jobs"),
    ("Order inside a room", "server/users/rules.py", "from server.users import gateway"),
    ("Order inside a room", "server/properties/importing/events.py", "from server.properties.importing import rules"),
    ("Rooms inside a room keep its order and have doors", "server/properties/importing/repository.py",
     "from server.properties.drafts import service"),
    ("Rooms inside a room keep its order and have doors", "server/properties/tables.py",
     "from server.properties.importing import rules"),
    ("Rooms inside a room keep its order and have doors", "server/properties/drafts/service.py",
     "from server.properties.importing import rules"),
    ("Rooms inside a room keep its order and have doors", "server/properties/drafts/service.py",
     "from server.properties.importing.service import taking"),
    ("Rooms inside a room keep its order and have doors", "server/properties/importing/repository.py",
     "from server.properties import gateway"),
    ("Rooms inside a room keep its order and have doors", "server/properties/importing_again/service.py",
     "from server.properties.importing import rules"),
    ("A repository is private to its room's service", "server/users/endpoints.py",
     "from server.users import repository"),
    ("A repository is private to its room's service", "server/properties/service/door.py",
     "from server.properties.drafts import repository as inside"),
    ("Rooms are entered by their doors", "server/users/service.py", "from server.auth import tables"),
    ("Rooms are entered by their doors", "server/search/service.py", "from server.properties import rules"),
    ("Rooms are entered by their doors", "server/search/service.py", "from server.properties.service import editing"),
    ("Rooms are entered by their doors", "server/search/service.py",
     "from server.properties.drafts import service as inside"),
    ("Rules are pure", "server/users/rules.py", "from server.core import database"),
    ("Rules are pure", "server/properties/importing/rules.py", "import fastapi"),
    ("Services know no web", "server/users/service.py", "import starlette.requests"),
    ("Services know no web", "server/properties/importing/service/taking.py", "import fastapi"),
    ("Floors of the client", "client/parts/map.py", "from client.features.home import screen"),
    ("Floors of the client", "client/attic/dust.py", "import datetime"),
    ("Features are independent", "client/features/today/screen.py", "from client.features.home import screen as other"),
    (
        "The features of a booking are independent, above how it is paid",
        "client/features/bookings/trips/screen.py",
        "from client.features.bookings.stay import screen as other",
    ),
    ("Only states call the API", "client/features/home/screen.py", "from client.api import users"),
    ("The API client knows no Flet", "client/api/users.py", "from client.core import flet_session"),
    ("Only the HTTP module, the web assembler and gateways speak httpx", "server/users/service.py", "import httpx"),
    ("Only the HTTP module, the web assembler and gateways speak httpx", "client/features/home/state.py",
     "import httpx"),
]  # fmt: skip


# One process for all houses: starting import-linter costs more than a run of it.
LINT_EACH = """
import importlib, os, sys
from importlinter.cli import lint_imports
sys.path.insert(0, "")
for house in sys.argv[1:]:
    os.chdir(house)
    importlib.invalidate_caches()
    sys.path_importer_cache.clear()
    print("END", lint_imports(no_cache=True, no_logo=True), flush=True)
"""

Reports = dict[tuple[str, str, str], str]
CLEAN = ("", "", "")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What import-linter says of the clean miniature and of each planted import."""
    houses = {plant: tmp_path_factory.mktemp("house") for plant in [CLEAN, *PLANTS]}
    for (_, place, forbidden), house in houses.items():
        _build(house, {**MINIATURE, place: f"{MINIATURE.get(place, '')}{forbidden}\n"} if place else MINIATURE)
    command = [sys.executable, "-c", LINT_EACH, *map(str, houses.values())]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    said = re.split(r"^END \d$", run.stdout, flags=re.MULTILINE)[:-1]
    assert len(said) == len(houses), run.stdout + run.stderr
    return dict(zip(houses, said, strict=True))


def test_the_miniature_house_keeps_every_contract(reports: Reports) -> None:
    assert _broken(reports[CLEAN]) == set(), reports[CLEAN]


@pytest.mark.parametrize("plant", PLANTS, ids=[f"{place}: {forbidden}" for _, place, forbidden in PLANTS])
def test_a_planted_import_breaks_exactly_its_contract(reports: Reports, plant: tuple[str, str, str]) -> None:
    contract, _, _ = plant
    assert _broken(reports[plant]) == {contract}, reports[plant]


def test_every_contract_of_the_project_has_a_planted_import() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}
    assert {contract for contract, _, _ in PLANTS} == contracts


def _build(house: Path, sources: dict[str, str]) -> None:
    for name, source in sources.items():
        file = house / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
        for folder in Path(name).parents:
            if folder.parts:
                (house / folder / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", house)
    shutil.copytree(ROOT / "tools", house / "tools", ignore=shutil.ignore_patterns("__pycache__"))


def _broken(report: str) -> set[str]:
    """The names of the broken contracts; the report must have reached its end, a crash is no verdict."""
    assert re.search(r"^Contracts: \d+ kept, \d+ broken\.$", report, re.MULTILINE), report
    return set(re.findall(r"^(.+) BROKEN(?: \(.*\))?$", report, re.MULTILINE))
