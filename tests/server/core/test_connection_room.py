"""Who keeps a connection and who gives way, where sockets of this machine cannot show it: IPv6, slow readers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from uvicorn.server import ServerState

from server.core.connections import registry as registry_module
from server.core.connections.config import ServerConfig
from server.core.connections.http import HttpConnection
from server.core.connections.registry import Connections
from server.core.refusals import Reason
from server.core.settings import Settings
from tests.raw import eventually, head

PATIENCE = 10.0


class Wire(asyncio.Transport):
    """The system's end of a connection: who is there, and how much they have not read."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 4711)})
        self.unread, self.closing = 0, False

    def get_write_buffer_size(self) -> int:
        return self.unread

    def write(self, data: Any) -> None:
        self.unread += len(data)

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = True


@pytest.fixture
def house(settings: Settings) -> Connections:
    """Room for four connections, two of each address."""
    limits = {"max_connections": 4, "max_connections_per_address": 2, "write_seconds": PATIENCE}
    return Connections(settings.model_copy(update=limits))


async def never(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers nobody."""
    await asyncio.Event().wait()


Comes = Callable[..., HttpConnection]


@pytest.fixture
async def comes() -> AsyncIterator[Comes]:
    """Someone connects, and perhaps (`busy`) asks for something that takes its time."""
    made: list[HttpConnection] = []

    def connect(house: Connections, address: str, *, busy: bool = False) -> HttpConnection:
        connection = HttpConnection(ServerConfig(never, house), ServerState(), {})
        connection.connection_made(Wire(address))
        made.append(connection)
        if busy:
            connection.data_received(head("GET /"))
        return connection

    yield connect
    for connection in made:
        connection.connection_lost(None)
        for task in connection.tasks:
            task.cancel()


def is_open(connection: HttpConnection) -> bool:
    return not connection.transport.is_closing()


async def test_a_machine_has_one_share_however_many_addresses_of_ipv6_it_takes(
    house: Connections, comes: Comes
) -> None:
    first, second = (comes(house, f"2001:db8::{number}", busy=True) for number in (1, 2))
    third, stranger = comes(house, "2001:db8::3"), comes(house, "2001:db8:0:1::1")
    stranger.data_received(head("GET /"))
    third.data_received(head("GET /"))
    assert [is_open(one) for one in (first, second, third, stranger)] == [True, True, False, True]


async def test_who_has_their_share_takes_no_room_from_others(house: Connections, comes: Comes) -> None:
    resting = comes(house, "192.0.2.1")
    for _ in range(2):
        comes(house, "192.0.2.2", busy=True)
    one_more = comes(house, "192.0.2.2")
    one_more.data_received(head("GET /"))
    assert (is_open(resting), is_open(one_more)) == (True, False)


async def test_who_has_gone_leaves_nothing_behind(house: Connections, comes: Comes) -> None:
    for number in range(100):
        comes(house, f"192.0.2.{number}").connection_lost(None)
        assert (len(house), house._of_place, house._resting, house._refused) == (0, {}, {}, {})


async def test_an_answer_must_go_out_with_so_many_bytes_a_second_for_as_long_as_it_takes(
    house: Connections, comes: Comes
) -> None:
    reader = comes(house, "192.0.2.1", busy=True)
    reader.transport.write(bytes(1_000_000))
    reader.pause_writing()
    began = reader._blocked[0]  # type: ignore[index]
    enough = int(1_000 * PATIENCE)  # what decision 0014 asks of a reader
    assert reader.too_slow(began + PATIENCE - 1) is None
    reader.transport.unread -= enough  # type: ignore[attr-defined]
    assert reader.too_slow(began + PATIENCE) is None
    reader.transport.unread -= enough - 1  # type: ignore[attr-defined]
    assert reader.too_slow(began + 2 * PATIENCE) is Reason.SLOW_READER


async def test_a_connection_that_is_closed_waits_so_long_for_its_reader_and_no_longer(
    house: Connections, comes: Comes
) -> None:
    reader = comes(house, "192.0.2.1")
    reader.transport.write(b"the rest, less than makes the server wait")
    reader.transport.close()
    assert reader.too_slow(100.0) is None
    assert reader.too_slow(100.0 + PATIENCE) is None
    assert reader.too_slow(101.0 + PATIENCE) is Reason.SLOW_READER


async def test_only_so_many_who_were_refused_are_waited_for(
    house: Connections, comes: Comes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "MAX_REFUSED", 3)
    for _ in range(2):
        comes(house, "192.0.2.1", busy=True)
    refused = [comes(house, "192.0.2.1") for _ in range(5)]
    assert [is_open(one) for one in refused] == [True, True, True, False, False]


async def test_one_that_cannot_be_judged_ends_and_frees_nobody_else_of_their_limits(
    settings: Settings, comes: Comes
) -> None:
    house = Connections(settings.model_copy(update={"header_seconds": 0.1}))
    odd, silent = comes(house, "192.0.2.1"), comes(house, "192.0.2.2")
    odd._head_since = "never"  # type: ignore[assignment]
    watching = asyncio.create_task(house.watch())
    await eventually(lambda: not is_open(silent), "the end of who says nothing")
    assert not is_open(odd)
    watching.cancel()
