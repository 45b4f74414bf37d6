"""Quotes, holds and bookings for the tests of this room."""

from tests.server.paying import checkout
from tests.server.stays import a_booking, a_hold, a_quote, at_noon

__all__ = ["a_booking", "a_hold", "a_quote", "at_noon", "checkout"]
