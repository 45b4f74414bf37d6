"""Lines of a file: those that can be taken, as homes, and what is to be known about them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.properties.importing.rules.amenities import amenity_of
from server.properties.importing.rules.plans import decided_columns
from server.properties.importing.rules.reading import HomeLine, LineFinding, Reading
from shared_models.imports import MANY_COLUMNS, Finding, ImportField, ImportPlan


@dataclass
class Lines:
    """What a part of the file says: homes, and what is to be known about lines."""

    homes: list[HomeLine] = field(default_factory=list)
    findings: list[LineFinding] = field(default_factory=list)

    def refuse(self, home: HomeLine, reasons: Mapping[str, str]) -> None:
        """Leave out a home that was readable by itself; `reasons` by field."""
        self.homes.remove(home)
        self.findings = [known for known in self.findings if known.line != home.line]
        for name, reason in reasons.items():
            value = home.source_id if name == ImportField.SOURCE_ID else ""
            self.findings.append(LineFinding(home.line, name, Finding.REFUSED, reason, value))

    def remark(self, home: HomeLine, name: str, reason: str) -> None:
        """Say something of a home that is taken all the same."""
        self.findings.append(LineFinding(home.line, name, Finding.WARNING, reason))

    @property
    def refused(self) -> int:
        """How many lines were left out (a line may be refused for several reasons)."""
        return len({known.line for known in self.findings if known.finding == Finding.REFUSED})


def read_lines(
    plan: ImportPlan, header: Sequence[str], numbered: Sequence[tuple[int, Sequence[str]]], mark: str | None = None
) -> Lines:
    """Read some lines; `mark` parts decimals in this file. About 0.1 ms a line, so call it in a thread."""
    places = {meaning: header.index(name) for name, meaning in plan.columns.items() if meaning not in MANY_COLUMNS}
    has = [(amenity_of(name), place) for place, name in enumerate(header) if _is_amenity(plan, name)]
    decided = decided_columns(plan)
    found = Lines()
    for line, found_cells in numbered:
        if len(found_cells) != len(header):
            reason = f"has {len(found_cells)} cells, the header has {len(header)}"
            found.findings.append(LineFinding(line, "line", Finding.REFUSED, reason))
            continue
        given = {meaning: found_cells[place] for meaning, place in places.items()}
        reading = Reading(plan, given, {amenity: found_cells[place] for amenity, place in has if amenity}, mark)
        home = reading.home(line, decided)
        if home is not None:
            found.homes.append(home)
        found.findings += reading.findings(line)
    return found


def _is_amenity(plan: ImportPlan, name: str) -> bool:
    return plan.columns.get(name) is ImportField.AMENITY
