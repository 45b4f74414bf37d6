"""What the fields and states of an import are called."""

import flet as ft

from client.core.language import t, tn
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.imports import FileKind, ImportField, ImportRead, ImportReading, ImportStatus


def field_word(field: ImportField) -> str:
    """What a column can mean."""
    words = {
        ImportField.SOURCE_ID: t("Id of the home in the source"),
        ImportField.TITLE: t("Title"),
        ImportField.DESCRIPTION: t("Description"),
        ImportField.HOST_ID: t("Id of the landlord in the source"),
        ImportField.TYPE: t("Property type"),
        ImportField.LET_TYPE: t("How it is let"),
        ImportField.ADDRESS_LINE: t("Street and number"),
        ImportField.NEIGHBOURHOOD: t("Neighbourhood"),
        ImportField.CITY: t("City"),
        ImportField.POSTCODE: t("Postcode"),
        ImportField.COUNTRY: t("Country"),
        ImportField.LATITUDE: t("Latitude"),
        ImportField.LONGITUDE: t("Longitude"),
        ImportField.COORDINATES: t("Latitude and longitude"),
        ImportField.PRICE: t("Price"),
        ImportField.NIGHTLY_PRICE: t("Price a night"),
        ImportField.WEEKLY_RENT: t("Rent a week"),
        ImportField.MONTHLY_RENT: t("Rent a month"),
        ImportField.CLEANING_FEE: t("Cleaning, once"),
        ImportField.CURRENCY: t("Currency"),
        ImportField.MIN_NIGHTS: t("Minimum stay"),
        ImportField.MAX_NIGHTS: t("Maximum stay"),
        ImportField.SLEEPS: t("Sleeps"),
        ImportField.BEDROOMS: t("Bedrooms"),
        ImportField.BEDS: t("Beds"),
        ImportField.BATHROOMS: t("Bathrooms"),
        ImportField.INSTANT_BOOK: t("Can be booked at once"),
        ImportField.CANCELLATION_POLICY: t("What comes back to who cancels"),
        ImportField.AMENITIES: t("List of what it has"),
        ImportField.AMENITY: t("Whether it has what the column is named after"),
    }
    return words.get(field, field.value)


def field_named(word: str) -> str:
    """The words of a field by its name on the wire; the name itself when it is another (`line`, `pin`)."""
    try:
        return field_word(ImportField(word))
    except ValueError:
        return {"line": t("Line"), "pin": t("Place on the map")}.get(word, word)


def status_word(status: ImportStatus) -> tuple[str, Status]:
    """What a run's state is called, and its look."""
    return {
        ImportStatus.UPLOADED: (t("Not checked yet"), Status.NEUTRAL),
        ImportStatus.CHECKING: (t("Being checked"), Status.WAITING),
        ImportStatus.CHECKED: (t("Checked"), Status.NEUTRAL),
        ImportStatus.RUNNING: (t("Being taken in"), Status.WAITING),
        ImportStatus.DONE: (t("Taken in"), Status.SUCCESS),
        ImportStatus.CANCELLING: (t("Being undone"), Status.WAITING),
        ImportStatus.CANCELLED: (t("Cancelled"), Status.NEUTRAL),
    }.get(status, (t("Unknown"), Status.NEUTRAL))


def reading_words(reading: ImportReading | None) -> list[str]:
    """How a file was read, where that is not plain: its kind, its sheet, what was left out above the columns."""
    if reading is None:
        return []
    kind = {
        FileKind.BLM: t("Read as a BLM feed. Homes for sale are left out."),
        FileKind.KYERO: t("Read as a Kyero feed. Homes for sale are left out."),
        FileKind.OPENIMMO: t("Read as an OpenImmo feed. Homes for sale are left out."),
    }.get(reading.kind)
    words = [kind] if kind else []
    if reading.sheet:
        words.append(t("Read from the sheet “{name}”; other sheets are left out.", name=reading.sheet))
    if reading.lines_above:
        above = reading.lines_above
        words.append(
            tn(
                "{n} line above the names of the columns is left out.",
                "{n} lines above the names of the columns are left out.",
                above,
            )
        )
    return words


def run_chip(run: ImportRead) -> ft.Control:
    """Where a run stands."""
    words, look = status_word(run.status)
    return status_chip(words, look)
