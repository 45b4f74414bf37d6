"""The sandbox's inbox: shows mails, runs nothing in them, and does not exist in production."""

import httpx
import pytest

from server.app import create_app
from server.core.database import Database
from server.core.errors import StartupError
from server.core.settings import Environment, Settings
from server.sandbox import mail
from server.sandbox.mail import inbox
from tests.mailbox import Mailbox

MAIL = {"id": "1", "to": "ann@example.com", "subject": "A <b>", "text": "t", "html": "<script>alert(1)</script>"}


async def test_a_mail_is_shown_once_however_often_it_comes(mailbox: Mailbox) -> None:
    async with httpx.AsyncClient(base_url=mailbox.url) as client:
        codes = [(await client.post("/sandbox/mails", json=MAIL)).status_code for _ in range(2)]
        page, one = await client.get("/sandbox"), await client.get("/sandbox/mails/1")
    assert codes == [201, 200]
    assert await mailbox.subjects("ann@example.com") == ["A <b>"]
    assert "A &lt;b&gt;" in page.text
    assert "allow-scripts" not in one.headers["content-security-policy"]
    assert one.headers["content-security-policy"].startswith("sandbox")


async def test_it_keeps_no_more_than_it_must(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_MAILS", 5)
    async with httpx.AsyncClient(base_url=mailbox.url) as client:
        for number in range(7):
            await client.post("/sandbox/mails", json=MAIL | {"id": str(number), "subject": str(number)})
    subjects = await mailbox.subjects("ann@example.com")
    assert subjects == ["6", "5", "4", "3", "2"]


@pytest.mark.parametrize(("environment", "status"), [(Environment.DEVELOPMENT, 200), (Environment.PRODUCTION, 404)])
async def test_production_has_no_such_page(
    database: Database, settings: Settings, environment: Environment, status: int
) -> None:
    settings.environment = environment
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/sandbox")).status_code == status
        assert (await client.post("/sandbox/mails", json=MAIL)).status_code == (201 if status == 200 else 404)


def test_production_refuses_it_even_when_asked(settings: Settings) -> None:
    settings.environment = Environment.PRODUCTION
    with pytest.raises(StartupError, match="refused in production"):
        inbox(settings)
