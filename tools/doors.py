"""Import contracts that import-linter has no words for: doors between rooms, private files, short shopping lists.

A *room* is a package `server.<room>`; everything below it, sub-packages too, is inside the room. A package in it that
is none of a room's fixed files, such as `server.properties.importing`, is a *room inside* that room and has files of
the same names. `pyproject.toml` registers the classes under `contract_types`.
"""

import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _text() -> Any:
    """An option of one word. import-linter puts the parsed value over the field, hence Any."""
    return fields.StringField()


def _names() -> Any:
    """An option that is a set of words; as above."""
    return fields.SetField(subfield=fields.StringField())


def _order() -> Any:
    """An option that is a list of words; as above."""
    return fields.ListField(subfield=fields.StringField())


def _room_of(module: str, house: str) -> str | None:
    """`server.users.tables` → `users`; None for what stands outside the house and for the house itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == house else None


class _Place(NamedTuple):
    """Where a module stands: in which room (or room inside a room), and as which of its fixed files."""

    owner: str
    kind: str


def _place_of(module: str, kinds: Collection[str]) -> _Place | None:
    """`server.users.rules.names` → (`server.users`, `rules`); None for a module of no such kind.

    A file that grew too long is a folder of the same name, and what lies in it is of that kind.
    """
    parts = module.split(".")
    for depth, part in enumerate(parts[2:], start=2):
        if part in kinds:
            return _Place(".".join(parts[:depth]), part)
    return None


def _is_in(inner: str, outer: str) -> bool:
    """Whether a room is another one, or stands inside it."""
    return f"{inner}.".startswith(f"{outer}.")


def _is_entrance(graph: ImportGraph, place: _Place, imported: str) -> bool:
    """Whether a module is where a door is entered: the file itself, or `door` alone where it became a folder."""
    door = f"{place.owner}.{place.kind}"
    return imported == (f"{door}.door" if graph.find_children(door) else door)


def _imports(graph: ImportGraph, package: str) -> Iterator[tuple[str, str]]:
    """Every direct import made by a module of the package, in a stable order."""
    for importer in sorted(graph.find_descendants(package) | {package}):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield importer, imported


class _ForbiddenLinks(Contract):
    """Common half: a subclass names the links that must not be, this one reports them with their lines."""

    def links(self, graph: ImportGraph) -> Iterable[tuple[str, str]]:
        """The direct imports that break this contract, as (importer, imported)."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        lines = [_with_line_numbers(graph, *link) for link in self.links(graph)]
        return ContractCheck(kept=not lines, metadata={"lines": lines})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["lines"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


def _with_line_numbers(graph: ImportGraph, importer: str, imported: str) -> str:
    details = graph.get_import_details(importer=importer, imported=imported)
    return f"{importer} -> {imported} (l.{', '.join(str(detail['line_number']) for detail in details)})"


class DoorsContract(_ForbiddenLinks):
    """A room is entered only through its doors. A door that became a package is entered at its module `door` alone.

    - `house`: the package whose children are the rooms.
    - `doors`: the modules of a room that other rooms may import.
    - `open_to_all`: rooms without doors, such as the cellar; who may use them is for other contracts to say.
    - `exempt`: children of the house that may reach anywhere (the assemblers).
    - `readers`, `readers_also`: rooms to which some more modules are open.
    """

    type_name = "doors"

    house: str = _text()
    doors: set[str] = _names()
    open_to_all: set[str] = _names()
    exempt: set[str] = _names()
    readers: set[str] = _names()
    readers_also: set[str] = _names()

    def links(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer, imported in _imports(graph, self.house):
            here, there = _room_of(importer, self.house), _room_of(imported, self.house)
            if here is None or there is None or here == there:
                continue
            if here not in self.exempt and there not in self.open_to_all and not self._is_door(graph, here, imported):
                yield importer, imported

    def _is_door(self, graph: ImportGraph, here: str, imported: str) -> bool:
        place = _place_of(imported, self.doors | self.readers_also if here in self.readers else self.doors)
        return place is not None and place.owner.count(".") == 1 and _is_entrance(graph, place, imported)


class PrivateContract(_ForbiddenLinks):
    """A kind of file is for one other kind of file of the same room, and for nobody else.

    Rooms inside a room work on what is the outer room's, so theirs may import it too. Their own is theirs alone.

    - `house`: the package whose children are the rooms.
    - `private`: the kind of modules to guard, a file or a folder of that name.
    - `only_for`: the kind of modules, in the same room, that may import them.
    - `open_to_all`: rooms that this contract leaves alone.
    """

    type_name = "private"

    house: str = _text()
    private: str = _text()
    only_for: str = _text()
    open_to_all: set[str] = _names()

    def links(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer, imported in _imports(graph, self.house):
            private = _place_of(imported, [self.private])
            if private is None or _room_of(imported, self.house) in {None, *self.open_to_all}:
                continue
            here = _place_of(importer, [self.private, self.only_for])
            if here is None or not _is_in(here.owner, private.owner):
                yield importer, imported


class InnerRoomsContract(_ForbiddenLinks):
    """Rooms inside a room keep the order of its files across their walls, and enter each other by their doors.

    The order within one room is for import-linter's `layers` to hold.

    - `house`: the package whose children are the rooms.
    - `order`: the kinds of files, each may import what stands below it; `a | b` do not know each other.
    - `doors`: the kinds of files that the other rooms inside the same room may import.
    - `open_to_all`: rooms that this contract leaves alone.
    """

    type_name = "inner_rooms"

    house: str = _text()
    order: list[str] = _order()
    doors: set[str] = _names()
    open_to_all: set[str] = _names()

    def links(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        ranks = {kind.strip(): rank for rank, kinds in enumerate(self.order) for kind in kinds.split("|")}
        for importer, imported in _imports(graph, self.house):
            room = _room_of(importer, self.house)
            here, there = _place_of(importer, ranks), _place_of(imported, ranks)
            if here is None or there is None or here.owner == there.owner:
                continue
            if room != _room_of(imported, self.house) or room in self.open_to_all:
                continue
            climbs = ranks[here.kind] > ranks[there.kind]
            strangers = ranks[here.kind] == ranks[there.kind] and here.kind != there.kind
            if climbs or strangers or not self._may_enter(graph, here, there, imported):
                yield importer, imported

    def _may_enter(self, graph: ImportGraph, here: _Place, there: _Place, imported: str) -> bool:
        """A room and those inside it know each other; two that stand beside each other have doors."""
        if _is_in(here.owner, there.owner) or _is_in(there.owner, here.owner):
            return True
        return there.kind in self.doors and _is_entrance(graph, there, imported)


class OnlyContract(_ForbiddenLinks):
    """A package imports itself, the standard library and what is listed: nothing else.

    - `package`: whose imports are looked at.
    - `allowed`: top-level names it may import besides.
    """

    type_name = "only"

    package: str = _text()
    allowed: set[str] = _names()

    def links(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        known = {self.package, *self.allowed, *sys.stdlib_module_names}
        for importer, imported in _imports(graph, self.package):
            if imported.partition(".")[0] not in known:
                yield importer, imported
