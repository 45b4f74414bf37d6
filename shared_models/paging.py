"""Pages of a list, by keyset: the next page starts after the last item seen, so nothing is skipped or shown twice."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from shared_models.base import Output

Item = TypeVar("Item")

MAX_PAGE = 100
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str, Field(max_length=600)]


class Page(Output, Generic[Item]):
    """Some items, and where the next page starts (None: there is no more)."""

    items: list[Item]
    next_cursor: str | None = None
