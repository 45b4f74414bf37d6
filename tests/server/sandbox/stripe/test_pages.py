"""The sandbox within a development server, its control page, and that production has neither."""

import httpx
import pytest

from server.app import create_app
from server.core.database import Database
from server.core.errors import StartupError
from server.core.settings import Environment, Settings
from server.sandbox.stripe.routers import of_settings
from server.sandbox.stripe.sandbox import MOUNT
from tests.payment_provider import Provider, sdk


@pytest.mark.parametrize(("environment", "status"), [(Environment.DEVELOPMENT, 200), (Environment.PRODUCTION, 404)])
async def test_production_has_no_sandbox(
    database: Database, settings: Settings, environment: Environment, status: int
) -> None:
    settings.environment = environment
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(MOUNT)).status_code == status
        assert (await client.get(f"{MOUNT}/v1/balance")).status_code == (401 if status == 200 else 404)
        assert (await client.post(f"{MOUNT}/control/clock")).status_code == status


def test_production_refuses_it_even_when_asked(settings: Settings) -> None:
    settings.environment = Environment.PRODUCTION
    with pytest.raises(StartupError, match="refused in production"):
        of_settings(settings)


async def test_a_development_server_has_it(served_url: str) -> None:
    client = sdk(served_url)
    made = await client.v1.customers.create_async({"name": "Ann"})
    assert (await client.v1.customers.retrieve_async(made.id)).name == "Ann"
    async with httpx.AsyncClient(base_url=served_url) as http:
        page = await http.get(MOUNT)
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_nothing_is_kept_before_somebody_asks(settings: Settings, served_url: str) -> None:
    async with httpx.AsyncClient(base_url=served_url) as http:
        await http.get("/healthz")
    assert not of_settings(settings).memory.file.exists()


async def test_the_file_is_its_owners_only(settings: Settings, served_url: str) -> None:
    await sdk(served_url).v1.customers.create_async({})
    file = of_settings(settings).memory.file
    assert file.stat().st_mode & 0o077 == 0


async def test_the_control_page_shows_what_happened(provider: Provider) -> None:
    assert "None yet." in (await provider.http.get(MOUNT)).text
    intent = await provider.paid()
    await provider.stripe.v1.refunds.create_async({"payment_intent": intent.id, "amount": 1_200})
    await provider.stripe.v1.webhook_endpoints.create_async({"url": "http://127.0.0.1:9/h", "enabled_events": ["*"]})
    await provider.session(payment_intent_data={"description": "<script>"})
    other = await provider.paid()
    await provider.press(str(other.latest_charge), "dispute")
    shown = (await provider.http.get(MOUNT)).text
    for words in (
        "£412.00",
        "£12.00",
        "Fail the refund",
        "Dispute this charge",
        "We win",
        "Send event again",
        "Pay</a>",
    ):
        assert words in shown
    assert "<script" not in shown


async def test_a_card_is_removed_on_the_control_page(provider: Provider) -> None:
    customer = (await provider.stripe.v1.customers.create_async({})).id
    method = (await provider.stripe.v1.payment_methods.attach_async("pm_card_visa", {"customer": customer})).id
    await provider.paid()  # with a card that nobody keeps
    assert (await provider.http.get(MOUNT)).text.count("Remove this card") == 1
    await provider.press(method, "detach")
    assert "Remove this card" not in (await provider.http.get(MOUNT)).text
    (told,) = (await provider.stripe.v1.events.list_async({"type": "payment_method.detached"})).data
    assert (told.data.object["customer"], told.to_dict()["data"]["previous_attributes"]) == (
        None, {"customer": customer},
    )  # fmt: skip
    again = await provider.http.post(f"{MOUNT}/control/objects/{method}/detach")
    assert again.status_code == 422


async def test_a_new_sandbox_says_that_it_holds_no_money(provider: Provider) -> None:
    assert "Nothing has come in yet." in (await provider.http.get(MOUNT)).text
    await provider.paid()
    await provider.advance(minutes=1)
    assert "Nothing has come in yet." not in (await provider.http.get(MOUNT)).text


async def test_a_button_leads_back_to_the_page(provider: Provider) -> None:
    reply = await provider.http.post(
        f"{MOUNT}/control/clock", data={"seconds": "60"}, headers={"Accept": "text/html,*/*"}
    )
    assert (reply.status_code, reply.headers["location"]) == (303, MOUNT)


@pytest.mark.parametrize("path", ["pay/cs_test_unknown", "authenticate/pi_unknown"])
async def test_a_page_of_nothing_says_so(provider: Provider, path: str) -> None:
    for reply in (
        await provider.http.get(f"{MOUNT}/{path}"),
        await provider.http.post(f"{MOUNT}/{path}", data={"number": "4242424242424242", "says": "yes"}),
    ):
        assert reply.status_code == 404
        assert "What the sandbox knows" in reply.text
