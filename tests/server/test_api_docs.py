"""What the API can do, shown by us: whole, without a script, fetched from nowhere else, and not in production."""

import re

import httpx
import pytest

from server.api_docs import calls_of, kind_of, models_of
from server.app import create_app
from server.core.database import Database
from server.core.settings import Environment, Settings
from tests.conftest import Api
from tests.serving import serving_at

PATHS = ("/api/docs", "/api/v1/openapi.json")


async def test_every_call_and_every_model_is_there_and_nothing_is_fetched_from_elsewhere(
    served_url: str, settings: Settings, database: Database
) -> None:
    async with httpx.AsyncClient(base_url=served_url, timeout=20) as client:
        page = await client.get("/api/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    schema = create_app(settings, database).openapi()
    for call in calls_of(schema):
        assert f"<code>{call.path}</code>" in page.text, call
    for model in models_of(schema):
        assert f'id="{model.name}"' in page.text
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(re.findall(r'id="([^"]+)"', page.text))
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="(?!#)([^"]*)"', page.text) == ["/api/v1/openapi.json"]


async def test_it_says_who_may_call(api: Api, settings: Settings, database: Database) -> None:
    calls = {f"{call.method} {call.path}": call for call in calls_of(create_app(settings, database).openapi())}
    assert calls["POST /api/v1/bookings"].callers == "account, verified"
    assert calls["GET /api/v1/search"].callers == ""
    assert calls["GET /api/v1/cases"].callers == "admin"


@pytest.mark.parametrize(
    ("environment", "given", "status"),
    [
        (Environment.DEVELOPMENT, None, 200),
        (Environment.PRODUCTION, None, 404),
        (Environment.PRODUCTION, True, 200),
        (Environment.DEVELOPMENT, False, 404),
    ],
)
async def test_production_shows_it_only_when_told_to(
    settings: Settings, database: Database, environment: Environment, given: bool | None, status: int
) -> None:
    public = {"environment": environment, "api_docs": given, "public_url": "https://estospaces.example"}
    async with serving_at(settings.model_copy(update=public), database) as port:
        host = {"Host": "estospaces.example"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=host, timeout=20) as client:
            assert [(await client.get(path)).status_code for path in PATHS] == [status, status]
            # Theirs would fetch their scripts from elsewhere.
            assert [(await client.get(path)).status_code for path in ("/docs", "/redoc")] == [404, 404]


@pytest.mark.parametrize(
    ("schema", "words", "models"),
    [
        ({"type": "string", "format": "uuid"}, "uuid", ()),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "integer (≥ 1, ≤ 100)", ()),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Quote"}}, "list of Quote", ("Quote",)),
        ({"anyOf": [{"$ref": "#/components/schemas/Quote"}, {"type": "null"}]}, "Quote or null", ("Quote",)),
        ({"enum": ["tenant", "landlord"], "type": "string"}, "tenant | landlord", ()),
        ({}, "anything", ()),
    ],
)
def test_what_a_value_is_stands_in_words(schema: dict[str, object], words: str, models: tuple[str, ...]) -> None:
    found = kind_of(schema)
    assert (found.words, found.models) == (words, models)
