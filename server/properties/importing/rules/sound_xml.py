"""XML of strangers, read as it comes: no document type, so no entities; bounded in depth and in elements. Pure.

What a document may do to its reader (https://docs.python.org/3/library/xml.html#xml-security) begins with a
declaration of entities, and those stand in a document type. None is let in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from server.properties.importing.rules.file_lines import Unreadable

MAX_ELEMENTS = 5_000_000
MAX_DEPTH = 100
MAX_IN_ONE = 20_000
"""So many elements one home may have."""
MAX_MARK_BYTES = 1_000_000
"""So long may one mark be, with all its attributes: it is held as a whole, unlike the text between two."""
_PIECE = 65_536


class BrokenXml(Unreadable):
    """From a line on it is no XML any more."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"From line {line} on it is no sound XML ({problem}).")
        self.line = line


class SoundXml:
    """Calls `start` and `end` for each element, and `text` for what stands between. Names come without prefix."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None = None,
    ) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        if text is not None:
            self._parser.CharacterDataHandler = text
        self._on_start, self._on_end = start, end
        self._depth = self._elements = self._fed = 0

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._parser.CurrentLineNumber

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Read on. Raises BrokenXml, and Unreadable for what no document may hold."""
        self._fed += len(piece)
        try:
            self._parser.Parse(piece, last)
            if self._fed - self._parser.CurrentByteIndex > MAX_MARK_BYTES:
                raise Unreadable(f"From line {self.line} on the XML has a mark that does not end.")
        except Unreadable:
            raise
        except expat.ExpatError as problem:
            raise BrokenXml(problem.lineno, expat.ErrorString(problem.code)) from problem
        except (LookupError, ValueError) as problem:
            raise BrokenXml(self.line, "in an encoding we cannot read") from problem

    def _refuse(self, *_: object) -> None:
        raise Unreadable("The file declares a document type (DOCTYPE), which is not read. Take that line out.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"The XML is nested deeper than {MAX_DEPTH} levels.")
        if self._elements > MAX_ELEMENTS:
            raise Unreadable(f"The XML has more than {MAX_ELEMENTS:,} elements.")
        self._on_start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._on_end(name.rpartition(":")[2] if ":" in name else name)


@dataclass
class Node:
    """An element with what is in it."""

    name: str
    line: int
    attributes: Mapping[str, str]
    words: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.words).strip()

    def all(self, *path: str) -> Iterator["Node"]:
        """Every element at a path below this one."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def at(self, *path: str) -> "Node | None":
        """The first element at a path that is not empty, or None."""
        return next((node for node in self.all(*path) if node.text or node.attributes or node.children), None)

    def say(self, *path: str) -> str:
        """The text of the first element at a path that has one, or ""."""
        return next((node.text for node in self.all(*path) if node.text), "")


def nodes(content: bytes, name: str, *, without: Iterable[str] = ()) -> Iterator[Node]:
    """Every element of a name, one by one, so that a file is never held as a whole.

    `without`: elements whose content nobody wants. Raises BrokenXml and Unreadable, after what could be read.
    """
    gathering = _Gathering(name, frozenset(without))
    for place in range(0, max(1, len(content)), _PIECE):
        try:
            gathering.xml.feed(content[place : place + _PIECE], last=place + _PIECE >= len(content))
        except Unreadable:
            yield from gathering.take()
            raise
        yield from gathering.take()


class _Gathering:
    def __init__(self, name: str, without: frozenset[str]) -> None:
        self.xml = SoundXml(self._start, self._end, self._text)
        self._name, self._without = name, without
        self._open: list[Node] = []
        self._ready: list[Node] = []
        self._passed_over = self._nodes = 0

    def take(self) -> list[Node]:
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passed_over or (self._open and name in self._without):
            self._passed_over += 1
        elif self._open or name == self._name:
            self._nodes = self._nodes + 1 if self._open else 1
            if self._nodes > MAX_IN_ONE:
                raise Unreadable(f"A home in line {self._open[0].line} has more than {MAX_IN_ONE:,} elements.")
            node = Node(name, self.xml.line, attributes)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)

    def _end(self, _: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        elif self._open:
            node = self._open.pop()
            if not self._open:
                self._ready.append(node)

    def _text(self, words: str) -> None:
        if self._open and not self._passed_over:
            self._open[-1].words.append(words)
