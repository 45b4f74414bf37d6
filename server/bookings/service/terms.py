"""What is given back of a booking: its terms as they were agreed, and the refund by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.bookings.tables import BookingTable, QuoteTable
from server.properties.service.door import Home
from shared_models.bookings import THROUGH_US, BookingSide
from shared_models.cancellation import CancelledStay, Refund, refund_at, refund_of_no_show
from shared_models.cancellation_terms import AgreedTerms
from shared_models.money import Money
from shared_models.prices import QuoteLine
from shared_models.stay_dates import Stay


def columns_of(terms: AgreedTerms) -> Mapping[str, Any]:
    """Terms as the columns of quotes and bookings."""
    tiers = None if terms.tiers is None else [tier.model_dump() for tier in terms.tiers]
    return {
        "cancellation_policy": terms.policy.value,
        "cancellation_tiers": tiers,
        "check_in_hour": terms.check_in_hour,
    }


def terms_of(row: QuoteTable | BookingTable) -> AgreedTerms:
    """The terms that a quote shows or a booking was agreed with."""
    agreed = {"policy": row.cancellation_policy, "tiers": row.cancellation_tiers, "check_in_hour": row.check_in_hour}
    return AgreedTerms.model_validate(agreed)


def refund_due(
    booking: BookingTable, home: Home, by: BookingSide, moment: datetime, paid: Sequence[Money] | None = None
) -> Refund | None:
    """What goes back when one side cancels at this moment; None where nothing is paid to us.

    `paid` of each line, of a stay that is paid month by month; None: all of it.
    """
    return refund_at(_cancelled(booking, home, paid), moment, by) if booking.payment in THROUGH_US else None


def no_show_refund_due(booking: BookingTable, home: Home, paid: Sequence[Money] | None = None) -> Refund | None:
    """What goes back when nobody came; None where nothing is paid to us. `paid` as in `refund_due`."""
    return refund_of_no_show(_cancelled(booking, home, paid)) if booking.payment in THROUGH_US else None


def _cancelled(booking: BookingTable, home: Home, paid: Sequence[Money] | None) -> CancelledStay:
    return CancelledStay(
        terms=terms_of(booking),
        stay=Stay(check_in=booking.check_in, check_out=booking.check_out),
        zone=home.zone,
        lines=[QuoteLine.model_validate(line) for line in booking.lines],
        confirmed_at=booking.confirmed_at,
        paid=paid,
    )
