"""All plug-ins of the machine behind one object, so that a test or the web server can put its own in its place."""

import dataclasses
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import flet as ft
import flet_secure_storage as secure_storage

from client.core.http import Http
from shared_models.auth import ClientKind

_KEY = "estospaces.refresh_token"
_DEVICE_KEY = "estospaces.device_id"


@dataclasses.dataclass(frozen=True)
class PickedFile:
    """A file the person chose."""

    name: str
    content: bytes


class Device(Protocol):
    """What the client needs of the machine it runs on."""

    http: Http
    client_kind: ClientKind
    files: str
    """What stands before the name of a file of the client, such as a font; "" where they are found by name alone."""

    async def kept_token(self) -> str | None:
        """The refresh token of last time, if one is kept."""

    async def keep_token(self, token: str) -> None:
        """Keep a refresh token where only this app can read it."""

    async def forget_token(self) -> None:
        """Forget the kept token."""

    async def languages(self) -> Sequence[str]:
        """The languages its owner reads, as BCP 47 tags (`de-AT`), the dearest first; empty if it does not say."""
        ...

    async def kept_choice(self, name: str) -> str | None:
        """What was chosen on this device before, such as the theme; nothing secret."""

    async def keep_choice(self, name: str, value: str) -> None:
        """Keep a choice on this device."""

    def url(self, path: str) -> str:
        """The address of something the server serves, such as a cover, for an image."""
        ...

    def link(self, path: str) -> str:
        """The whole address of a plain page, to hand on: other sites show its picture, browsers go on from it."""
        ...

    async def pick_file(self, title: str, extensions: Sequence[str]) -> PickedFile | None:
        """Let the person choose one file; None when they do not."""


async def pick_one(title: str, extensions: Sequence[str]) -> PickedFile | None:
    """The file dialog of the platform, one file with its content."""
    files = await ft.FilePicker().pick_files(
        dialog_title=title,
        file_type=ft.FilePickerFileType.CUSTOM,
        allowed_extensions=list(extensions),
        with_data=True,
    )
    return PickedFile(files[0].name, files[0].bytes or b"") if files else None


async def save_one(title: str, name: str, content: bytes) -> None:
    """Let the person keep a file: a browser downloads it, elsewhere a dialog asks where to."""
    await ft.FilePicker().save_file(dialog_title=title, file_name=name, src_bytes=content)


async def stored(name: str) -> str | None:
    """A choice that this browser or device keeps. A store that does not answer keeps nothing."""
    try:
        value = await ft.SharedPreferences().get(f"estospaces.{name}")
    except (TimeoutError, RuntimeError):
        return None
    return str(value) if value else None


async def store(name: str, value: str) -> None:
    """Keep a choice there. Where it cannot be kept it holds as long as the window is open."""
    with suppress(TimeoutError, RuntimeError):
        await ft.SharedPreferences().set(f"estospaces.{name}", value)


async def copy_text(words: str) -> None:
    """Put a text where the person can paste it from."""
    await ft.Clipboard().set(words)


async def share_link(link: str, title: str) -> None:
    """Let the person hand a link on by whatever the machine has for that."""
    await ft.Share().share_text(link, title=title, subject=title)


class NativeDevice:
    """A phone or a desktop: the token lies in the system's secure storage."""

    client_kind = ClientKind.DEVICE
    files = ""

    def __init__(self, server: str) -> None:
        """`server` is the address of the server's root, such as `https://estospaces.example`."""
        self._server = server.rstrip("/")
        self.http = Http.to(self._server)

    async def kept_token(self) -> str | None:
        await self._introduce()
        token = await secure_storage.SecureStorage().get(_KEY)
        return str(token) if token else None

    async def _introduce(self) -> None:
        """Tell the server that this device was here before, signed in or not."""
        storage = secure_storage.SecureStorage()
        device_id = await storage.get(_DEVICE_KEY)
        if not device_id:
            device_id = secrets.token_urlsafe(18)
            await storage.set(_DEVICE_KEY, device_id)
        self.http.introduce(str(device_id))

    async def keep_token(self, token: str) -> None:
        await secure_storage.SecureStorage().set(_KEY, token)

    async def forget_token(self) -> None:
        await secure_storage.SecureStorage().remove(_KEY)

    async def languages(self) -> Sequence[str]:
        try:
            told = await ft.context.page.get_device_info()
        except (TimeoutError, RuntimeError, TypeError):  # the last: an answer with a fact that Flet misses
            return []
        return [] if told is None else [locale.language_code for locale in told.locales]

    async def kept_choice(self, name: str) -> str | None:
        return await stored(name)

    async def keep_choice(self, name: str, value: str) -> None:
        await store(name, value)

    def url(self, path: str) -> str:
        return f"{self._server}{path}"

    def link(self, path: str) -> str:
        return f"{self._server}{path}"

    async def pick_file(self, title: str, extensions: Sequence[str]) -> PickedFile | None:
        return await pick_one(title, extensions)
