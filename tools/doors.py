"""Import contracts that import-linter has no words for: doors between rooms, private files, short shopping lists.

A *room* is a package `server.<room>`; everything below it, sub-packages too, is inside the room. `pyproject.toml`
registers the classes under `contract_types`.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _text() -> Any:
    """An option of one word. import-linter puts the parsed value over the field, hence Any."""
    return fields.StringField()


def _names() -> Any:
    """An option that is a set of words; as above."""
    return fields.SetField(subfield=fields.StringField())


def _room_of(module: str, house: str) -> str | None:
    """`server.users.tables` → `users`; None for what stands outside the house and for the house itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == house else None


def _is_or_is_in(module: str, kind: str) -> bool:
    """Whether a room's module is of a kind: `…rules`, or `…rules.prices` where the file became a folder."""
    return kind in module.split(".")[2:]


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
        parts = imported.split(".")
        if len(parts) < 3:
            return False
        open_here = self.doors | self.readers_also if here in self.readers else self.doors
        door = ".".join(parts[:3])
        return parts[2] in open_here and imported == (f"{door}.door" if graph.find_children(door) else door)


class PrivateContract(_ForbiddenLinks):
    """A kind of file is for one other kind of file of the same room, and for nobody else.

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
            room = _room_of(imported, self.house)
            if room is None or room in self.open_to_all or not _is_or_is_in(imported, self.private):
                continue
            inside = _is_or_is_in(importer, self.private) or _is_or_is_in(importer, self.only_for)
            if _room_of(importer, self.house) != room or not inside:
                yield importer, imported


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
