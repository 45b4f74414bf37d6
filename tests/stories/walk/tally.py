"""How much of what a walk has done."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.stories.walk.things import Quote

LEAP_DAY = date(2028, 2, 29)


@dataclass
class Tally:
    """What was done: operations by kind and outcome, and by the zone of their home; what was odd about stays."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    stays: Counter[str] = field(default_factory=Counter)

    def done(self, kind: str) -> int:
        """How often it was done, and not refused."""
        return sum(number for (name, outcome), number in self.kinds.items() if name == kind and outcome == "done")

    def refused(self, code: str) -> int:
        return sum(number for (_, outcome), number in self.kinds.items() if outcome == code)

    def priced(self, quote: Quote) -> None:
        """Note what is odd about a stay that was priced."""
        noons = [
            datetime.combine(day, time(12), ZoneInfo(quote.home.zone)) for day in (quote.check_in, quote.check_out)
        ]
        shift = (noons[1].utcoffset() or timedelta()) - (noons[0].utcoffset() or timedelta())
        odd = {
            "in yen": quote.currency == "JPY",
            "by the month": quote.lines[0].kind == "months",
            "a month in part": any(line.kind == "days" for line in quote.lines),
            "from 31 January": (quote.check_in.month, quote.check_in.day) == (1, 31),
            "over 29 February": quote.check_in <= LEAP_DAY < quote.check_out,
            "while clocks go forward": shift > timedelta(),
            "while clocks go back": shift < timedelta(),
        }
        self.stays.update(name for name, holds in odd.items() if holds)

    def __str__(self) -> str:
        kinds = sorted({kind for kind, _ in self.kinds})
        zones, stays = dict(self.zones.most_common()), dict(self.stays.most_common())
        lines = [f"{self.kinds.total()} operations; by zone: {zones}; stays: {stays}"]
        for kind in kinds:
            told = {outcome: number for (name, outcome), number in sorted(self.kinds.items()) if name == kind}
            lines.append(f"  {kind}: {told}")
        return "\n".join(lines)
