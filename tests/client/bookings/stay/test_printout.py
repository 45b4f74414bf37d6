"""A booking on paper: whole, the same for both parties, and only text whatever somebody is called."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flet.messaging.protocol import MessageAction

from client.features.bookings.stay.printout import file_name, paper
from server.core.database import Database
from shared_models.auth import Role
from shared_models.bookings import BookingRead, BookingSide
from tests.client.bookings.booking.test_booking_flow import booked_by
from tests.client.conftest import OpenApp
from tests.conftest import Api, MakePerson, MakeProperty


class Words(HTMLParser):
    """The text of a page, and the names of its elements."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


@pytest.mark.parametrize(("side", "width"), [(BookingSide.TENANT, 390), (BookingSide.LANDLORD, 1440)])
async def test_either_party_saves_the_booking_and_it_says_everything(
    open_app: OpenApp,
    api: Api,
    a_person: MakePerson,
    a_property: MakeProperty,
    side: BookingSide,
    width: int,
    database: Database,
) -> None:
    isla = await a_person(Role.TENANT, name="Isla <script>alert(1)</script> Reid")
    morag = await a_person(Role.LANDLORD, name="Morag & Sons")
    held = await booked_by(api, database, isla, await a_property(morag, title="The flat", address_line="1 York Place"))
    reader, way = (isla, "trips") if side is BookingSide.TENANT else (morag, "landlord/stays")
    page = await open_app(f"/{way}/{held['id']}", reader, width=width)
    await page.press("Save it to print")

    def saved() -> list[Any]:
        calls = [message.body for message in page.app.wire.sent if message.action == MessageAction.INVOKE_METHOD]
        return [call.args for call in calls if call.name == "save_file"]

    await page.holds(lambda: saved() != [], "a file")
    (file,) = saved()
    booking = BookingRead.model_validate((await api.as_(reader).get(f"/bookings/{held['id']}")).json())
    assert file["file_name"] == file_name(booking) == f"estospaces-{booking.reference}.html"
    assert bytes(file["src_bytes"]) == paper(booking, side)
    told = Words(paper(booking, side))
    for words in (
        booking.reference,
        "Morag & Sons",
        "Isla <script>",
        "1 York Place",
        "£240.00",
        "Confirmed",
        "The flat",
    ):
        assert words in told.text, words
    assert not told.tags & {"script", "img", "link", "iframe"}
