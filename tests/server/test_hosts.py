"""A server answers to its own names only, in requests and sockets, and leads nobody elsewhere; on a real socket."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from server.core.database import Database
from server.core.hosts import host_in
from server.core.settings import Environment, Settings
from tests.raw_http import RawAnswer, connected
from tests.serving import serving_at

OURS = "estospaces.example"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
def in_production(settings: Settings) -> Settings:
    """As it runs for the world, behind a proxy that speaks https."""
    return settings.model_copy(
        update={"environment": Environment.PRODUCTION, "public_url": f"https://{OURS}", "allowed_hosts": "inside:9000"}
    )


async def asked(url: str, path: str, headers: Mapping[str, str], method: str = "GET") -> RawAnswer:
    """The answer of a server at a loopback address to a request that says what it likes."""
    async with connected(f"http://127.0.0.1:{urlsplit(url).port}") as connection:
        await connection.ask(method, path, headers)
        return await connection.answer(has_content="Upgrade" not in headers)


def refused(answer: RawAnswer) -> bool:
    return answer.status == 421 and answer.json()["code"] == "wrong_host"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:{port}",
        "localhost:1",
        "192.0.2.1:{port}",
        "",
        "a b",
        "@",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/app/", "/sandbox", "/auth/pixel?ticket=x"])
async def test_in_development_a_name_that_is_not_this_machine_gets_nothing(
    served_url: str, host: str, path: str
) -> None:
    answer = await asked(served_url, path, {"Host": host.format(port=urlsplit(served_url).port)})
    assert refused(answer)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "LOCALHOST", "[::1]", "app.localhost"])
async def test_in_development_this_machine_may_be_called_what_it_likes(served_url: str, host: str) -> None:
    port = urlsplit(served_url).port
    assert (await asked(served_url, "/", {"Host": f"{host}:{port}"})).status == 200


async def test_two_hosts_or_none_are_no_host(served_url: str) -> None:
    port = urlsplit(served_url).port
    for lines in ("", f"Host: localhost:{port}\r\nHost: evil.example\r\n"):
        async with connected(served_url) as connection:
            await connection.send(f"GET / HTTP/1.1\r\n{lines}\r\n".encode())
            assert (await connection.answer()).status in (400, 421)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        (OURS, True),
        (OURS.upper(), True),
        (f"{OURS}:443", True),
        ("inside:9000", True),
        ("inside", False),
        (f"www.{OURS}", False),
        (f"{OURS}:9000", False),
        (f"{OURS}.evil.example", False),
        ("localhost", False),
        ("127.0.0.1:{port}", False),
    ],
)
async def test_in_production_it_is_the_public_name_and_those_that_are_named(
    in_production: Settings, database: Database, host: str, known: bool
) -> None:
    async with serving_at(in_production, database) as port:
        answer = await asked(f"http://127.0.0.1:{port}", "/", {"Host": host.format(port=port)})
    assert answer.status == (200 if known else 421)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_whoever_looks_after_machines_asks_by_address(served_url: str, path: str) -> None:
    assert (await asked(served_url, path, {"Host": "10.0.0.7:8000"})).status == 200


async def test_a_socket_with_a_foreign_host_is_not_opened_even_for_a_page_of_that_host(served_url: str) -> None:
    port = urlsplit(served_url).port
    for host, status in ((f"evil.example:{port}", 403), (f"localhost:{port}", 101)):
        answer = await asked(served_url, "/app/ws", UPGRADE | {"Host": host, "Origin": f"http://{host}"})
        assert answer.status == status, host


async def test_a_redirect_stays_here_whatever_a_proxy_made_of_the_host(served_url: str) -> None:
    port = urlsplit(served_url).port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}"):
        answer = await asked(served_url, "/app?x=1", {"Host": host})
        assert (answer.status, answer.headers["location"]) == (307, "/app/?x=1")
    assert "location" not in (await asked(served_url, "/app", {"Host": "evil.example"})).headers


@pytest.mark.parametrize("text", ["https://estospaces.example", "a b", "estospaces.example:port", "/", "a,,b/c"])
def test_what_is_no_list_of_names_is_told_at_the_start(text: str) -> None:
    with pytest.raises(ValidationError, match="must list names such as"):
        Settings(allowed_hosts=text, _env_file=None)  # type: ignore[call-arg]


@pytest.mark.parametrize("text", ["a" * 64 + "/x", "[::1", "a:b", "a:123456", "-", "a\r\nb", "ä.example", "user@host"])
def test_what_is_no_host_is_none(text: str) -> None:
    assert host_in(text) is None
