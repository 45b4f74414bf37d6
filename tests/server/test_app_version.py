"""Old apps are told to update, and nobody else is."""

import pytest

from server.core.settings import Settings
from tests.conftest import Api


@pytest.mark.parametrize(
    ("sent", "status"),
    [("1.9.9", 426), ("2.0.0", 200), ("10.0.0", 200), (None, 200), ("nonsense", 200), ("1.9", 200), ("٢.0.0", 200)],
)
async def test_an_app_below_the_minimum_is_told_to_update(
    api: Api, settings: Settings, sent: str | None, status: int
) -> None:
    settings.minimum_app_version = "2.0.0"
    headers = {} if sent is None else {"App-Version": sent.encode() if not sent.isascii() else sent}
    reply = await api.get("/search", headers=headers)
    assert reply.status_code == status
    if status == 426:
        assert reply.json()["code"] == "upgrade_required"
