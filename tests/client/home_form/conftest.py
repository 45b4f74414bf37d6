"""The editor without its pause: a test need not wait until the typing rests."""

import pytest

from client.features.home_form import state


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is typed is kept at the next turn of the loop."""
    monkeypatch.setattr(state, "KEEP_PAUSE_SECONDS", 0)
    monkeypatch.setattr(state, "RETRY_SECONDS", 0)
