"""Bookings for the tests of this room."""

from tests.server.stays import a_booking, a_hold, a_quote, at_noon, on_arrival

__all__ = ["a_booking", "a_hold", "a_quote", "at_noon", "on_arrival"]
