"""A phone or a desktop: what it keeps, and how it is known again."""

from typing import Any

import flet as ft
import pytest
from flet.messaging.protocol import MessageAction

from client.core.device import NativeDevice
from tests.client.harness import App


def kept(app: App) -> dict[str, Any]:
    """What the secure storage was asked to keep, by its name."""
    calls = [message.body for message in app.wire.sent if message.action == MessageAction.INVOKE_METHOD]
    return {call.args["key"]: call.args["value"] for call in calls if call.name == "set"}


async def test_a_device_that_is_new_keeps_a_random_word_and_says_it_with_every_call() -> None:
    one, other = NativeDevice("http://test"), NativeDevice("http://test")
    words = []
    for device in (one, other):
        app = await App.start(lambda _, device=device: device.kept_token(), web=False)  # type: ignore[misc]
        words.append(kept(app)["estospaces.device_id"])
        assert device.http._client.headers["Device-Id"] == words[-1]
        await app.close()
    assert len(words[0]) >= 24
    assert words[0] != words[1]


async def test_a_device_that_was_here_before_says_the_same_word() -> None:
    device = NativeDevice("http://test")

    async def main(page: Any) -> None:
        page.session.connection.answers["get"] = "the word of last time"
        await device.kept_token()

    app = await App.start(main, web=False)
    assert kept(app) == {}
    assert device.http._client.headers["Device-Id"] == "the word of last time"
    await app.close()


@pytest.mark.parametrize(
    ("answer", "languages"),
    [
        ({"locales": [{"language_code": "de", "country_code": "AT"}, {"language_code": "en"}]}, ["de", "en"]),
        ({"locales": []}, []),
        (None, []),
    ],
)
async def test_a_device_tells_the_languages_of_its_owner(answer: dict[str, Any] | None, languages: list[str]) -> None:
    told = ["not asked"]

    async def main(page: Any) -> None:
        named = {"name": "Debian", "id": "debian", "pretty_name": "Debian 12"}
        page.session.connection.answers["get_device_info"] = answer and {**answer, **named}
        page.platform = ft.PagePlatform.LINUX
        told[:] = await NativeDevice("http://test").languages()

    app = await App.start(main, web=False)
    assert told == languages
    await app.close()
