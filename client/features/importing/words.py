"""What the fields and states of an import are called."""

import flet as ft

from client.core.language import t
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.imports import ImportField, ImportRead, ImportStatus


def field_word(field: ImportField) -> str:
    """What a column can mean."""
    words = {
        ImportField.SOURCE_ID: t("Id of the home in the source"),
        ImportField.TITLE: t("Title"),
        ImportField.DESCRIPTION: t("Description"),
        ImportField.HOST_ID: t("Id of the landlord in the source"),
        ImportField.TYPE: t("Kind of home"),
        ImportField.LET_TYPE: t("How it is let"),
        ImportField.ADDRESS_LINE: t("Street and number"),
        ImportField.NEIGHBOURHOOD: t("Neighbourhood"),
        ImportField.CITY: t("City"),
        ImportField.POSTCODE: t("Postcode"),
        ImportField.COUNTRY: t("Country"),
        ImportField.LATITUDE: t("Latitude"),
        ImportField.LONGITUDE: t("Longitude"),
        ImportField.PRICE: t("Price"),
        ImportField.NIGHTLY_PRICE: t("Price a night"),
        ImportField.WEEKLY_RENT: t("Rent a week"),
        ImportField.MONTHLY_RENT: t("Rent a month"),
        ImportField.CLEANING_FEE: t("Cleaning, once"),
        ImportField.CURRENCY: t("Currency"),
        ImportField.MIN_NIGHTS: t("Shortest stay"),
        ImportField.MAX_NIGHTS: t("Longest stay"),
        ImportField.SLEEPS: t("Sleeps"),
        ImportField.BEDROOMS: t("Bedrooms"),
        ImportField.BEDS: t("Beds"),
        ImportField.BATHROOMS: t("Bathrooms"),
        ImportField.INSTANT_BOOK: t("Can be booked at once"),
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


def run_chip(run: ImportRead) -> ft.Control:
    """Where a run stands."""
    words, look = status_word(run.status)
    return status_chip(words, look)
