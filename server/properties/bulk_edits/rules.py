"""What a change of many homes makes of one. Pure."""

from collections.abc import Mapping
from typing import Any

from shared_models.bulk_edits import BulkEdit, price_after
from shared_models.properties import PropertyStatus

COLUMNS = ("price_minor", "min_nights", "instant_book")
"""The columns a bulk edit may change."""
_HIGHEST_PRICE = 10_000_000_00


def after(home: Mapping[str, Any], request: BulkEdit) -> dict[str, Any]:
    """The columns of a home once the wish is done."""
    columns = {name: home[name] for name in COLUMNS}
    if request.price_percent is not None:
        columns["price_minor"] = price_after(home["price_minor"], request.price_percent)
    if request.min_nights is not None:
        columns["min_nights"] = request.min_nights
    if request.instant_book is not None:
        columns["instant_book"] = request.instant_book
    return columns


def why_not(home: Mapping[str, Any], status: str, columns: Mapping[str, Any]) -> str:
    """Why a home cannot take these columns, or ""."""
    if status == PropertyStatus.ARCHIVED:
        return "An archived home stays as it was."
    if columns["price_minor"] > _HIGHEST_PRICE:
        return "The price would be too high."
    if columns["price_minor"] < (home["min_price_minor"] or 0):
        return "It would cost less than its minimum price."
    longest, shortest = home["max_nights"], columns["min_nights"]
    if longest is not None and shortest is not None and shortest > longest:
        return f"Its longest stay is {longest} nights."
    return ""
