"""What an app that is out there counts on, frozen from the OpenAPI of its release, and where a later server breaks it.

`python -m tests.skew.contract` freezes the API of today under the version of the app. A frozen file is changed only
while no app of that version is out.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from client.core.http import APP_VERSION
from server.app import create_app
from server.core.database import Database
from server.core.settings import Environment, Settings
from tests.architecture.tree import ROOT

Json = dict[str, Any]
FROZEN = ROOT / "tests" / "skew"
OPEN = "unknown"
"""An enum of an answer with this word takes any: clients show what they do not know as such."""
_WORDS_FOR_PEOPLE = {"title", "description", "summary", "examples", "example", "default", "links", "tags"}
_LOWER, _UPPER = ("minimum", "exclusiveMinimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


def api_of_today() -> Json:
    """What apps count on in the API as it is now."""
    settings = Settings(environment=Environment.TEST, secret_key="only to look at the routes of it all", _env_file=None)  # type: ignore[arg-type, call-arg]
    return essence(create_app(settings, Database("postgresql://nobody@nowhere/nothing")).openapi())


def essence(openapi: Json) -> Json:
    """The paths with what they ask for and what they answer when all is well; no words for people, no problems."""
    kept: Json = _without_words(openapi)
    for item in kept["paths"].values():
        for operation in item.values():
            operation["responses"] = {code: told for code, told in operation["responses"].items() if code < "300"}
    return {"paths": kept["paths"], "components": {"schemas": kept["components"]["schemas"]}}


def _without_words(value: Any, *, names: bool = False) -> Any:
    """`names`: the keys are names that somebody chose, such as those of properties."""
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_words(item, names=not names and key in ("properties", "schemas", "paths"))
        for key, item in value.items()
        if names or key not in _WORDS_FOR_PEOPLE
    }


def broken(old: Json, new: Json) -> list[str]:
    """Where a server of `new` would fail an app that was built for `old`; empty when it would not."""
    found = []
    for path, item in old["paths"].items():
        for method, operation in item.items():
            name = f"{method.upper()} {path}"
            later = new["paths"].get(path, {}).get(method)
            if later is None:
                found.append(f"{name} is gone")
            else:
                found += [f"{name}: {said}" for said in _operation(_Sides(old, new), operation, later)]
    return found


@dataclass
class _Sides:
    """The two APIs, to look up what their schemas refer to; each pair is compared once."""

    old: Json
    new: Json
    seen: set[tuple[str, str, bool]] = field(default_factory=set)


def _looked_up(api: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = api["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _operation(sides: _Sides, old: Json, new: Json) -> Iterator[str]:
    known = {(asked["in"], asked["name"]): asked for asked in old.get("parameters", [])}
    later = {(asked["in"], asked["name"]): asked for asked in new.get("parameters", [])}
    for key, asked in known.items():
        if key not in later:
            yield f"does not take {key[1]} any more"
        else:
            yield from _asked(sides, key[1], asked["schema"], later[key]["schema"])
    for key, asked in later.items():
        if asked.get("required") and not known.get(key, {}).get("required"):
            yield f"asks for {key[1]}"
    yield from _bodies(sides, old.get("requestBody"), new.get("requestBody"))
    for code, told in old["responses"].items():
        if code not in new["responses"]:
            yield f"does not answer {code} any more"
            continue
        for kind, content in told.get("content", {}).items():
            later_content = new["responses"][code].get("content", {}).get(kind)
            if later_content is None:
                yield f"does not answer {kind} any more"
            else:
                yield from _told(sides, "the answer", content.get("schema", {}), later_content.get("schema", {}))


def _bodies(sides: _Sides, old: Json | None, new: Json | None) -> Iterator[str]:
    if new is None:
        return
    if old is None:
        if new.get("required"):
            yield "asks for a body"
        return
    for kind, content in old["content"].items():
        if kind not in new["content"]:
            yield f"does not take {kind} any more"
        else:
            yield from _asked(sides, "the body", content.get("schema", {}), new["content"][kind].get("schema", {}))


def _types(sides_api: Json, schema: Json) -> dict[str, Json]:
    """The schema by type; several where it may be one of several things."""
    schema = _looked_up(sides_api, schema)
    parts = schema.get("anyOf") or schema.get("oneOf")
    if parts is None:
        return {str(schema.get("type", schema.get("const", "anything"))): schema}
    return {name: part for inner in parts for name, part in _types(sides_api, inner).items()}


def _asked(sides: _Sides, where: str, old: Json, new: Json) -> Iterator[str]:
    """What was taken is still taken."""
    if _met(sides, old, new, answered=False):
        return
    known, later = _types(sides.old, old), _types(sides.new, new)
    for kind in known.keys() - later.keys():
        yield f"{where} may not be {kind} any more"
    for kind in known.keys() & later.keys():
        was, now = known[kind], later[kind]
        yield from _tighter(where, was, now)
        for name, schema in was.get("properties", {}).items():
            if name in now.get("properties", {}):
                yield from _asked(sides, f"{where}.{name}", schema, now["properties"][name])
            elif now.get("additionalProperties") is False:
                yield f"{where}.{name} is not taken any more"
        for name in set(now.get("required", [])) - set(was.get("required", [])):
            yield f"{where}.{name} is asked for"
        if "items" in was and "items" in now:
            yield from _asked(sides, f"{where}[]", was["items"], now["items"])


def _tighter(where: str, was: Json, now: Json) -> Iterator[str]:
    for word in [] if "enum" not in now else sorted(set(was.get("enum", [])) - set(now["enum"])):
        yield f"{where} may not be {word!r} any more"
    for bound in (*_LOWER, *_UPPER):
        before, after = was.get(bound), now.get(bound)
        if after is not None and (before is None or (after > before if bound in _LOWER else after < before)):
            yield f"{where}: {bound} is {after} and was {before}"
    if "pattern" in now and now["pattern"] != was.get("pattern"):
        yield f"{where} must look like {now['pattern']}"


def _told(sides: _Sides, where: str, old: Json, new: Json) -> Iterator[str]:
    """What was told is still told, and is nothing that was never told before."""
    if _met(sides, old, new, answered=True):
        return
    known, later = _types(sides.old, old), _types(sides.new, new)
    for kind in later.keys() - known.keys():
        yield f"{where} may be {kind} now"
    for kind in known.keys() & later.keys():
        was, now = known[kind], later[kind]
        if "enum" in was and OPEN not in was["enum"]:
            for word in sorted(set(now.get("enum", ["anything"])) - set(was["enum"])):
                yield f"{where} may be {word!r} now"
        for name, schema in was.get("properties", {}).items():
            if name not in now.get("properties", {}):
                yield f"{where}.{name} is not told any more"
                continue
            yield from _told(sides, f"{where}.{name}", schema, now["properties"][name])
            if name in was.get("required", []) and name not in now.get("required", []):
                yield f"{where}.{name} is not always told any more"
        if "items" in was and "items" in now:
            yield from _told(sides, f"{where}[]", was["items"], now["items"])


def _met(sides: _Sides, old: Json, new: Json, *, answered: bool) -> bool:
    if "$ref" not in old or "$ref" not in new:
        return False
    pair = (old["$ref"], new["$ref"], answered)
    met = pair in sides.seen
    sides.seen.add(pair)
    return met


if __name__ == "__main__":
    (FROZEN / f"openapi-{APP_VERSION}.json").write_text(json.dumps(api_of_today(), indent=1, sort_keys=True) + "\n")
