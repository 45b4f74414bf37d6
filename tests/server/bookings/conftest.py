"""Quotes, holds and bookings for the tests of this room."""

from tests.server.bookings.desk import asking, desk
from tests.server.paying import checkout
from tests.server.stays import a_booking, a_hold, a_quote, a_request, at_noon, on_arrival

__all__ = ["a_booking", "a_hold", "a_quote", "a_request", "asking", "at_noon", "checkout", "desk", "on_arrival"]
