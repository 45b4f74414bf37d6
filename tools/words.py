"""The words of the client, of the plain pages, the mails and what both sides say alike, and what each catalogue lacks.

    python -m tools.words             # what is missing, empty, left over or has other placeholders; fails if any is
    python -m tools.words --update    # adds what is missing (empty) and takes out what is left over

The words in the code are English and are the keys. A text that is put together before `t()` sees it cannot be found
here, so `t` and `tn` take literals only; that is checked, too.
"""

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "assets" / "translations"
CLIENT = ROOT / "client"
SERVER = ROOT / "server"
SHARED = ROOT / "shared_models"
Key = str | tuple[str, str]
_SAYS = {"t": 1, "tn": 2}
"""What says a text, and how many of its arguments are the text."""
_SINCE = datetime(2026, 11, 26, tzinfo=UTC)  # one date for ever: a file that is written anew differs by its words alone


@dataclass(frozen=True)
class Spoken:
    """A text that is shown: its key (one and many for a number of things), and where it stands."""

    key: Key
    place: str


def spoken(*folders: Path) -> Iterator[Spoken]:
    """Every text that goes through `t` or `tn` in code and templates. Raises ValueError for one that is no literal."""
    for file in sorted(each for folder in folders or (CLIENT, SERVER, SHARED) for each in folder.rglob("*.*")):
        if file.suffix == ".py":
            yield from _in_code(file)
        elif file.parent.name == "templates":
            yield from _in_template(file)


def _in_code(file: Path) -> Iterator[Spoken]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYS:
            words = [part.value if isinstance(part, ast.Constant) else None for part in node.args]
            yield _spoken(node.func.id, words, f"{file.name}:{node.lineno}")


def _in_template(file: Path) -> Iterator[Spoken]:
    for call in Environment(autoescape=True).parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _SAYS:
            words = [part.value if isinstance(part, nodes.Const) else None for part in call.args]
            yield _spoken(call.node.name, words, f"{file.name}:{call.lineno}")


def _spoken(says: str, words: Sequence[object], place: str) -> Spoken:
    """What a call of `t` or `tn` says, of its arguments by place (None for one that is no constant)."""
    keys = [each for each in words[: _SAYS[says]] if isinstance(each, str)]
    if len(keys) != _SAYS[says]:
        raise ValueError(f"{place}: {says}() takes a literal, else no catalogue can have it")
    return Spoken(keys[0] if len(keys) == 1 else (keys[0], keys[1]), place)


def catalogues() -> dict[str, Catalog]:
    """Each language's catalogue by its code."""
    found = {}
    for file in sorted(TRANSLATIONS.glob("*.po")):
        with file.open("rb") as source:
            found[file.stem] = read_po(source, locale=file.stem)
    return found


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with a catalogue, in words; empty when it is whole."""
    keys = _keys()
    known = {message.id: message for message in catalogue if message.id}
    found = [f"missing: {key}" for key in sorted(keys - set(known), key=str)]
    found += [f"left over: {key}" for key in sorted(set(known) - keys, key=str)]
    for key in sorted(keys & set(known), key=str):
        found += _faults_of(known[key])
    return found


@cache
def _keys() -> frozenset[Key]:
    """Every key; a text that is also the one of a number of things is that one's."""
    keys = frozenset(text.key for text in spoken())
    return keys - {key[0] for key in keys if isinstance(key, tuple)}


def _faults_of(message: Message) -> Iterator[str]:
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    keys = message.id if isinstance(message.id, tuple) else (message.id,)
    if not all(said):
        yield f"empty: {message.id}"
        return
    wanted = {name for key in keys for name in placeholders(key)}
    for words in said:
        extra = placeholders(words) - wanted
        if extra:
            yield f"unknown placeholder {sorted(extra)}: {words}"
    if missing := wanted - placeholders(said[-1]):
        yield f"placeholder {sorted(missing)} left out: {said[-1]}"


def placeholders(words: str) -> set[str]:
    """`{name}` of a text. Raises ValueError for a brace that does not close."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def update(code: str, catalogue: Catalog) -> None:
    """Write a catalogue anew: what is missing as empty, nothing left over, in the order of the words."""
    fresh = Catalog(
        locale=code,
        project="EstoSpaces",
        version="1",
        header_comment=f"# EstoSpaces, {code}. `python -m tools.words` checks it, --update brings it up to date.",
        msgid_bugs_address="EstoSpaces",
        last_translator="EstoSpaces",
        language_team="EstoSpaces",
        creation_date=_SINCE,
        revision_date=_SINCE,
        fuzzy=False,
    )
    for key in sorted(_keys(), key=str):
        before = catalogue.get(key if isinstance(key, str) else key[0])
        same = before is not None and before.id == key
        fresh.add(key, before.string if same and before is not None else None)
    with (TRANSLATIONS / f"{code}.po").open("wb") as file:
        write_po(file, fresh, width=0, omit_header=False, sort_output=False, no_location=True)


def main() -> int:
    """Check, or bring up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="add what is missing, take out what is left over")
    wanted = parser.parse_args()
    found = 0
    for code, catalogue in catalogues().items():
        if wanted.update:
            update(code, catalogue)
            catalogue = catalogues()[code]
        for fault in faults(catalogue):
            found += 1
            print(f"{code}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
