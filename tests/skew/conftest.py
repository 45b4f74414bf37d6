"""The client of the stories, to meet a server of another release."""

from tests.client.conftest import http, open_app, open_client

__all__ = ["http", "open_app", "open_client"]
