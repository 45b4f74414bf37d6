"""Rows of one field of the editor, such as its seasons: added, changed and removed one by one."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from client.features.home_form.state import HomeEditor

Row = TypeVar("Row")


@dataclasses.dataclass(frozen=True)
class RowWords(Generic[Row]):
    """How the rows of a field stand in a draft, a line each."""

    field: str
    read: Callable[[str], list[Row]]
    write: Callable[[Sequence[Row]], str]
    empty: Row


class KeptRows(Generic[Row]):
    """The rows as they stand in the form. Each has a number of its own, so that what is typed stays in its row."""

    def __init__(self, form: HomeEditor, touch: Callable[[], None], words: RowWords[Row]) -> None:
        self.form, self.touch, self.words = form, touch, words
        self.ids: list[int] = []
        self._last = 0

    def now(self) -> list[Row]:
        """All rows; `ids` has a number for each."""
        rows = self.words.read(self.form.typed.get(self.words.field))
        while len(self.ids) < len(rows):
            self._last += 1
            self.ids.append(self._last)
        del self.ids[len(rows) :]
        return rows

    def change(self, number: int, **values: Any) -> None:
        """Something of a row was typed or chosen."""
        rows = self.now()
        rows[number] = dataclasses.replace(rows[number], **values)  # type: ignore[type-var]
        self._write(rows)

    def add(self) -> None:
        """One more row, with nothing in it."""
        self._write([*self.now(), self.words.empty])
        self.form.saw()

    def remove(self, number: int) -> None:
        """Take a row away, with whatever was wrong in it."""
        rows = self.now()
        del rows[number], self.ids[number]
        self._write(rows)
        self.form.forget_errors(self.words.field)
        self.form.saw()

    def _write(self, rows: Sequence[Row]) -> None:
        self.form.put(self.words.field, self.words.write(rows))
        self.touch()
