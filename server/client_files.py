"""The files of the web client as browsers get them: compressed once, and kept for good under their version.

Flutter's files carry no hash in their names, so the hash of them all stands in the address: what lies under
`v/<version>/` never changes and is not asked for again. The page itself is asked for each time and names the version.
"""

import asyncio
import functools
import gzip
import hashlib
import json
import mimetypes
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Final

import brotli
import flet as ft
from flet_web import get_package_web_dir, patch_font_manifest_json, patch_index_html, patch_manifest_json
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from server.core.etags import etag_matches
from server.core.web.policies import inline_hashes, origin_of, policy

ASSETS: Final = Path(__file__).parents[1] / "assets"
NAME: Final = "EstoSpaces"
PAGE: Final = "index.html"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
ISOLATED: Final = {
    # Flutter's renderer uses threads only on a page that shares its memory with nobody.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_PATCHED: Final = (PAGE, "manifest.json", "assets/FontManifest.json")
_UNUSED_FOLDER: Final = "pyodide/"
_UNUSED: Final = frozenset({".symbols", ".map"})
_UNUSED_FONTS: Final = ("packages/flutter_math_fork/", "packages/cupertino_icons/")
_SQUEEZED: Final = frozenset({".png", ".webp", ".jpg", ".woff2"})
"""What is compressed already."""
_SMALLEST_BYTES: Final = 1_000
_TYPES: Final = {".mjs": "text/javascript", ".wasm": "application/wasm", ".ttf": "font/ttf", ".woff2": "font/woff2"}
_PACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    # 8.5 MB of WebAssembly: 2.5 MB in half a second. The best level saves another 0.3 MB and takes 20 s.
    "br": lambda content: bytes(brotli.compress(content, quality=5)),
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
}


@dataclass(frozen=True)
class File:
    """A file on the disk and what must be known to answer with it."""

    path: Path
    digest: str
    _packed: dict[str, bytes] = field(default_factory=dict)
    _packing: Lock = field(default_factory=Lock)

    @property
    def media_type(self) -> str:
        """The type by the name; the machine's own table differs from one to the next."""
        return _TYPES.get(self.path.suffix) or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"

    @property
    def packs_well(self) -> bool:
        """Whether compressing it is worth the work."""
        return self.path.suffix not in _SQUEEZED and self.path.stat().st_size >= _SMALLEST_BYTES

    def packed(self, encoding: str) -> bytes:
        """The content in an encoding, made once. It takes up to a second: call it in a thread."""
        with self._packing:
            if encoding not in self._packed:
                self._packed[encoding] = _PACK[encoding](self.path.read_bytes())
            return self._packed[encoding]


class ClientFiles:
    """The files of the client, found by name. What is not in the list does not exist: no path leads out of it."""

    def __init__(self, mount: str, *, tiles: str | None = None) -> None:
        """`tiles` is the address of the pictures of maps, if they come from elsewhere."""
        self._folder = tempfile.TemporaryDirectory(prefix="estospaces-client-")
        folder = Path(self._folder.name)
        _patch(folder, mount)
        found = dict(_files_of(Path(get_package_web_dir()))) | dict(_files_of(ASSETS)) | dict(_files_of(folder))
        self.version = _digest("".join(f"{name}={found[name].digest};" for name in sorted(found)).encode())
        self.folder = f"v/{self.version}/"
        """What stands before the name of a file in an address that never changes its content."""
        page = folder / PAGE
        text = _versioned(page.read_text(encoding="utf-8"), self.folder)
        page.write_text(text, encoding="utf-8")
        self._headers = ISOLATED | _protection(text, tiles)
        self._files = found | {PAGE: File(page, _digest(page.read_bytes()))}

    async def answer(self, request: Request) -> Response:
        """A file of the client, or its page for an address that only the client knows."""
        path = request.path_params["path"]
        version, name = _parted(path)
        file = self._files.get(name)
        if file is None and version is None and PurePosixPath(path).suffix in ("", ".html"):
            name, file = PAGE, self._files[PAGE]
        if file is None:
            return Response("Not found", status_code=404, media_type="text/plain", headers=self._headers)
        lasting = version == self.version and name != PAGE
        return await _response(file, request, self._headers | {"Cache-Control": FOR_GOOD if lasting else ASK_AGAIN})


async def _response(file: File, request: Request, usual: Mapping[str, str]) -> Response:
    packs = file.packs_well
    # A part of a file is a part of the file as it is.
    encoding = (
        preferred(request.headers.get("accept-encoding", "")) if packs and "range" not in request.headers else None
    )
    headers = {
        **usual,
        "ETag": f'"{file.digest}{f"-{encoding}" if encoding else ""}"',
        **({"Vary": "Accept-Encoding"} if packs else {}),
    }
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if encoding is None:
        return FileResponse(file.path, headers=headers, media_type=file.media_type)
    content = await asyncio.to_thread(file.packed, encoding)
    return Response(content, headers=headers | {"Content-Encoding": encoding}, media_type=file.media_type)


def preferred(accepted: str) -> str | None:
    """The best encoding of an `Accept-Encoding` that we have; None for the file as it is."""
    weights = {}
    for offer in accepted.lower().replace(" ", "").split(","):
        name, _, weight = offer.partition(";q=")
        weights[name] = _weight(weight)
    return next((name for name in _PACK if weights.get(name, weights.get("*", 0.0)) > 0), None)


def _weight(written: str) -> float:
    try:
        return float(written or 1)
    except ValueError:
        return 0.0


def _parted(path: str) -> tuple[str | None, str]:
    """The version in an address, if it has one, and the name of the file."""
    if not path.startswith("v/"):
        return None, path
    version, _, name = path.removeprefix("v/").partition("/")
    return version, name


def _protection(page: str, tiles: str | None) -> dict[str, str]:
    """What the page and its workers may load and run, as strict as Flutter lets it be: tried in Chromium.

    It writes style sheets of its own at the start, which differ from browser to browser. Flet asks a CDN for a player
    of animations that we have none of; that is refused, and nothing misses it.
    """
    elsewhere = [] if tiles is None else [origin_of(tiles)]
    directives = {
        "script-src": ["'self'", "'wasm-unsafe-eval'", *inline_hashes(page, "script")],
        "worker-src": ["'self'", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "blob:", *elsewhere],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *elsewhere],
        "manifest-src": ["'self'"],
        "base-uri": ["'self'"],
    }
    # Who serves maps wants to know for which site: its origin, and never an address with a token in it.
    referrer = {} if tiles is None else {"Referrer-Policy": "strict-origin"}
    return {"Content-Security-Policy": policy(directives), **referrer}


def _patch(folder: Path, mount: str) -> None:
    """Fill in what Flet's web client reads from the three files that depend on where it is mounted."""
    for name in _PATCHED:
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        ours = ASSETS / name
        shutil.copyfile(ours if ours.exists() else Path(get_package_web_dir()) / name, copy)
    page, manifest, fonts = (str(folder / name) for name in _PATCHED)
    words = "Find a home, book it, live there."
    patch_index_html(
        page, mount, f"{mount}/ws", app_name=NAME, app_description=words, web_renderer=ft.WebRenderer.AUTO, no_cdn=True
    )
    patch_manifest_json(manifest, app_name=NAME, app_short_name=NAME, app_description=words)
    patch_font_manifest_json(fonts)
    _leave_out(Path(fonts), _UNUSED_FONTS)


def _leave_out(manifest: Path, families: tuple[str, ...]) -> None:
    """Fonts of the manifest are fetched before the first screen, whether anything is written in them or not."""
    fonts = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps([font for font in fonts if not font["family"].startswith(families)]))


def _versioned(page: str, folder: str) -> str:
    """The page with the version in every address it hands to Flutter."""
    for written in ('const folder = "";', 'src="python.js"', 'src="flutter_bootstrap.js"'):
        if page.count(written) != 1:
            raise ValueError(f"assets/index.html must say {written!r} once")
        page = page.replace(written, written.replace('"', f'"{folder}', 1))
    return page


def _files_of(folder: Path) -> Iterator[tuple[str, File]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix not in _UNUSED and not name.startswith(_UNUSED_FOLDER):
            yield name, _file(path, path.stat().st_mtime_ns)


@functools.cache
def _file(path: Path, changed: int) -> File:  # noqa: ARG001 - a changed file is another file
    return File(path, _digest(path.read_bytes()))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
