"""Fixtures of stays for the start pages."""

from tests.server.stays import a_booking, a_hold, a_quote, a_request, at_noon

__all__ = ["a_booking", "a_hold", "a_quote", "a_request", "at_noon"]
