"""What a plan needs before a file can be read by it, and what an import by it decides. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from server.properties.importing.rules.amenities import amenity_of
from server.properties.importing.rules.amounts import Marks, marks_of
from server.properties.importing.rules.countries import codes
from shared_models.imports import MANY_COLUMNS, PRICES, ImportField, ImportPlan, asked_for_the_file
from shared_models.problems import FieldProblem

COLUMNS: Mapping[ImportField, tuple[str, ...]] = {
    ImportField.TITLE: ("title",),
    ImportField.DESCRIPTION: ("description",),
    ImportField.TYPE: ("type",),
    ImportField.LET_TYPE: ("let_type",),
    ImportField.ADDRESS_LINE: ("address_line",),
    ImportField.NEIGHBOURHOOD: ("neighbourhood",),
    ImportField.CITY: ("city",),
    ImportField.POSTCODE: ("postcode",),
    ImportField.COUNTRY: ("country",),
    ImportField.LATITUDE: ("latitude", "zone"),
    ImportField.LONGITUDE: ("longitude", "zone"),
    ImportField.COORDINATES: ("latitude", "longitude", "zone"),
    ImportField.PRICE: ("price_minor",),
    **{price: ("price_minor", "let_type") for price, let_type in PRICES.items() if let_type is not None},
    ImportField.CLEANING_FEE: ("cleaning_fee_minor",),
    ImportField.CURRENCY: ("currency",),
    ImportField.MIN_NIGHTS: ("min_nights",),
    ImportField.MAX_NIGHTS: ("max_nights",),
    ImportField.SLEEPS: ("sleeps",),
    ImportField.BEDROOMS: ("bedrooms",),
    ImportField.BEDS: ("beds",),
    ImportField.BATHROOMS: ("bathrooms",),
    ImportField.INSTANT_BOOK: ("instant_book",),
    ImportField.CANCELLATION_POLICY: ("cancellation_policy", "cancellation_tiers"),
    ImportField.AMENITIES: ("amenities",),
    ImportField.AMENITY: ("amenities",),
}
"""Which columns of a home a field of the file decides."""


def problems_of(plan: ImportPlan, header: Sequence[str]) -> list[FieldProblem]:
    """What is wrong with a plan for a file with these columns."""
    found = [
        FieldProblem(field=f"columns.{name[:60]}", reason="is not a column of this file")
        for name in plan.columns
        if name not in header
    ]
    meanings = list(plan.columns.values())
    found += [
        FieldProblem(field=f"columns.{meaning.value}", reason="two columns cannot mean the same")
        for meaning in ImportField
        if meaning not in MANY_COLUMNS and meanings.count(meaning) > 1
    ]
    found += [
        FieldProblem(field=f"columns.{name[:60]}", reason="names nothing we know that a home may have")
        for name, meaning in plan.columns.items()
        if meaning is ImportField.AMENITY and amenity_of(name) is None
    ]
    said = {name for name in plan.file_wide.model_fields_set if getattr(plan.file_wide, name) is not None}
    found += [
        FieldProblem(field=f"file_wide.{asked.value}", reason="choose a column, or a value for the whole file")
        for asked in asked_for_the_file(meanings, said)
    ]
    country = plan.file_wide.country
    if country is not None and country not in codes():
        found.append(FieldProblem(field="file_wide.country", reason="is not the code of a country"))
    return found


def amount_columns(plan: ImportPlan, header: Sequence[str]) -> list[int]:
    """Where the amounts of money stand in a line."""
    amounts = {*PRICES, ImportField.CLEANING_FEE}
    return [header.index(name) for name, meaning in plan.columns.items() if meaning in amounts]


def marks_in(plan: ImportPlan, amounts: Iterable[str]) -> Marks:
    """What parts decimals in a file with these amounts; what the landlord says of it counts."""
    answer = plan.file_wide.decimal_mark
    return Marks(answer) if answer is not None else marks_of(amounts, plan.file_wide.currency)


def question_of(marks: Marks) -> list[FieldProblem]:
    """The one question that a file's amounts leave open."""
    if marks.question is None:
        return []
    reason = (
        f"{marks.question[:40]} can be read in two ways; say whether a point or a comma parts decimals in this file"
    )
    return [FieldProblem(field="file_wide.decimal_mark", reason=reason)]


def decided_columns(plan: ImportPlan) -> frozenset[str]:
    """The columns of a home that this import decides. A home imported before keeps all others as they are."""
    said = set(plan.columns.values()) | {
        ImportField(name) for name in plan.file_wide.model_fields_set - {"source", "decimal_mark"}
    }
    return frozenset(column for wanted in said for column in COLUMNS.get(wanted, ()))


def source_key(owner: str, plan: ImportPlan, source_id: str) -> str:
    """What names a home for ever. `owner`: a landlord's id or `platform`, so that nobody reaches another's homes."""
    return f"{owner}/{plan.file_wide.source}/{source_id}"
