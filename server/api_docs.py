"""What the API can do, as a page of our own made from its OpenAPI: no script, and nothing fetched from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.core.web.policies import inline_hashes, policy
from server.core.web.routers import PlainRoute

PATH = "/api/docs"
_TEMPLATES = Path(__file__).parent / "templates"
_TEMPLATE = "api_docs.html"
_pages = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """What a value is, in words, and the models that the words name."""

    words: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A parameter of a call, or a field of a model."""

    name: str
    kind: Kind
    required: bool
    place: str = ""
    about: str = ""


@dataclass(frozen=True)
class Call:
    """One call."""

    tag: str
    method: str
    path: str
    about: str
    callers: str
    """Whose access token it asks for; empty when it asks for none."""
    parameters: tuple[Field, ...]
    body: Kind | None
    answers: tuple[tuple[str, str, Kind | None], ...]
    """Status, when it is answered, and what."""


@dataclass(frozen=True)
class Model:
    """What is sent or answered, by its name."""

    name: str
    about: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]
    """All that a word may be."""


def docs(app: FastAPI) -> APIRouter:
    """The router of the page about an app, which is made when somebody first asks for it."""
    router = APIRouter(include_in_schema=False, route_class=PlainRoute)
    headers = {
        "Content-Security-Policy": policy(
            {"style-src": inline_hashes((_TEMPLATES / _TEMPLATE).read_text(encoding="utf-8"), "style")}
        )
    }
    made = cache(lambda: _page(app.openapi(), app.openapi_url))

    @router.get(PATH)
    async def shown() -> HTMLResponse:
        """Every call and every model."""
        return HTMLResponse(made(), headers=headers)

    return router


def _page(schema: Json, openapi_url: str | None) -> str:
    calls = sorted(calls_of(schema), key=lambda call: call.tag)
    tags = [(tag, list(of)) for tag, of in groupby(calls, key=lambda call: call.tag)]
    page = _pages.get_template(_TEMPLATE)
    return page.render(title=schema["info"]["title"], openapi=openapi_url, tags=tags, models=models_of(schema))


def calls_of(schema: Json) -> Iterator[Call]:
    """The calls of an OpenAPI, in its order."""
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield Call(
                tag=operation.get("tags", ["other"])[0],
                method=method.upper(),
                path=path,
                about=operation.get("description", ""),
                callers=_callers(operation.get("security", [])),
                parameters=tuple(
                    Field(
                        each["name"],
                        kind_of(each["schema"]),
                        each.get("required", False),
                        each["in"],
                        each.get("description", ""),
                    )
                    for each in operation.get("parameters", [])
                ),
                body=_content(operation.get("requestBody", {})),
                answers=tuple(
                    (status, answer["description"], _content(answer))
                    for status, answer in operation["responses"].items()
                ),
            )


def _callers(security: list[Json]) -> str:
    scopes = {scope for need in security for scopes in need.values() for scope in scopes}
    if not scopes:
        return ""
    return ", ".join(sorted(scopes)) + (" (or nobody)" if {} in security else "")


def _content(message: Json) -> Kind | None:
    for media, content in message.get("content", {}).items():
        kind = kind_of(content.get("schema", {}))
        return kind if media.endswith("json") else Kind(media)
    return None


def models_of(schema: Json) -> list[Model]:
    """The models of an OpenAPI, by name."""
    return [_model(name, model) for name, model in sorted(schema["components"]["schemas"].items())]


def _model(name: str, model: Json) -> Model:
    required = model.get("required", [])
    fields = tuple(
        Field(field, kind_of(each), field in required, about=each.get("description", ""))
        for field, each in model.get("properties", {}).items()
    )
    return Model(name, model.get("description", ""), fields, tuple(str(value) for value in model.get("enum", [])))


def kind_of(schema: Json) -> Kind:
    """What a JSON schema allows, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Kind(name, (name,))
    if several := schema.get("anyOf") or schema.get("oneOf"):
        kinds = [kind_of(each) for each in several]
        return Kind(" or ".join(kind.words for kind in kinds), tuple(name for kind in kinds for name in kind.models))
    if "enum" in schema or "const" in schema:
        return Kind(" | ".join(str(value) for value in schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        inner = kind_of(schema.get("items", {}))
        return Kind(f"list of {inner.words}", inner.models)
    words = schema.get("format") or schema.get("type") or "anything"
    return Kind(f"{words}{_bounds(schema)}")


def _bounds(schema: Json) -> str:
    names = {
        "minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<", "minLength": "length ≥",
        "maxLength": "length ≤",
    }  # fmt: skip
    said = [f"{sign} {schema[name]}" for name, sign in names.items() if name in schema]
    return f" ({', '.join(said)})" if said else ""
