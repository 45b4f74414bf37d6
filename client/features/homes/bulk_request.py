"""What is wished for many homes at once, as typed. Pure."""

import dataclasses
import re
from collections.abc import Sequence
from uuid import UUID

from client.core.language import t
from shared_models.bulk_edits import BulkEdit

_PERCENT = re.compile(r"^([+-]|−)?(\d{1,3}) ?%?$")


@dataclasses.dataclass(frozen=True)
class BulkRequest:
    """A change of price in percent, another shortest stay, instant booking or not; "" leaves it as it is."""

    percent: str = ""
    min_nights: str = ""
    instant_book: str = ""

    def errors(self) -> dict[str, str]:
        """What keeps it from being done, by field."""
        found = {}
        percent, nights = self.percent.strip(), self.min_nights.strip()
        if percent and not -90 <= (_percent(percent) or 999) <= 500:
            found["percent"] = t("Write whole percents between −90 and 500 other than 0, such as 10 or −5.")
        if nights and not (nights.isascii() and nights.isdigit() and len(nights) < 9 and 1 <= int(nights) <= 3650):
            found["min_nights"] = t("Write a whole number of nights between 1 and 3650, such as 2.")
        if not (percent or nights or self.instant_book):
            found["percent"] = t("Fill in what is to change.")
        return found

    @property
    def price_percent(self) -> int | None:
        """The percents, if some were given."""
        return _percent(self.percent)

    def on(self, ids: Sequence[UUID]) -> BulkEdit:
        """The wish for these homes."""
        return BulkEdit(
            ids=list(ids),
            price_percent=self.price_percent,
            min_nights=int(self.min_nights) if self.min_nights.strip() else None,
            instant_book={"yes": True, "no": False}.get(self.instant_book),
        )


def _percent(words: str) -> int | None:
    found = _PERCENT.match(words.strip())
    if found is None:
        return None
    return int(found[2]) * (-1 if found[1] in ("-", "−") else 1)
