"""The files of the client: encodings, what browsers keep and for how long, parts of files, and nothing but files."""

import gzip
import json
import re
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from server import client_files
from server.client_files import ASK_AGAIN, ASSETS, FOR_GOOD, ClientFiles, preferred

WEB = Path(client_files.get_package_web_dir())
SCRIPT = "main.dart.mjs"
FONT = "fonts/Inter-400.ttf"


@pytest.fixture(scope="module")
def files() -> ClientFiles:
    return ClientFiles("/app")


async def get(files: ClientFiles, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    app = Starlette(routes=[Mount("/app", Starlette(routes=[Route("/{path:path}", files.answer)]))])
    given = {"Accept-Encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.request(method, f"/app/{path}", headers=given)


async def raw(files: ClientFiles, path: str, accepted: str) -> tuple[httpx.Response, bytes]:
    """The answer and its body as it went over the line."""
    app = Starlette(routes=[Mount("/app", Starlette(routes=[Route("/{path:path}", files.answer)]))])
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
        client.stream("GET", f"/app/{path}", headers={"Accept-Encoding": accepted}) as reply,
    ):
        return reply, b"".join([part async for part in reply.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("br; q=0.1", "br"),
        ("identity", None),
        ("", None),
        ("*;q=0", None),
        ("gzip;q=0, br;q=", "br"),
        ("gzip;q=nonsense", None),
        ("gzip;q=inf;x, ,;;==", None),
    ],
)
def test_the_best_encoding_that_the_browser_takes_is_chosen(accepted: str, encoding: str | None) -> None:
    assert preferred(accepted) == encoding


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
async def test_a_packed_file_unpacks_to_the_file(files: ClientFiles, accepted: str, unpack: object) -> None:
    reply, body = await raw(files, files.folder + SCRIPT, accepted)
    assert (reply.headers["content-encoding"], reply.headers["vary"]) == (accepted, "Accept-Encoding")
    content = (WEB / SCRIPT).read_bytes()
    assert unpack(body) == content  # type: ignore[operator]
    assert int(reply.headers["content-length"]) == len(body) < len(content) / 3


async def test_without_an_encoding_the_file_comes_as_it_is(files: ClientFiles) -> None:
    reply, body = await raw(files, FONT, "identity")
    assert "content-encoding" not in reply.headers
    assert reply.headers["vary"] == "Accept-Encoding"
    assert body == (ASSETS / FONT).read_bytes()


async def test_what_is_packed_already_is_not_packed_again(files: ClientFiles) -> None:
    reply, body = await raw(files, "icons/icon-512.png", "br, gzip")
    assert not {"content-encoding", "vary"} & set(reply.headers)
    assert body == (ASSETS / "icons/icon-512.png").read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.dart.mjs", "text/javascript; charset=utf-8"),
        ("main.dart.wasm", "application/wasm"),
        (FONT, "font/ttf"),
        ("manifest.json", "application/json"),
        ("icons/logo.svg", "image/svg+xml"),
        ("search", "text/html; charset=utf-8"),
    ],
)
async def test_each_file_says_what_it_is(files: ClientFiles, name: str, kind: str) -> None:
    reply = await get(files, name, "HEAD")
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind)


async def test_a_versioned_file_is_kept_for_good_and_any_other_asked_for_again(files: ClientFiles) -> None:
    cached = {
        path: (await get(files, path, "HEAD")).headers["cache-control"]
        for path in (files.folder + FONT, FONT, f"v/of-yesterday/{FONT}", "", "search", files.folder + "index.html")
    }
    assert cached.pop(files.folder + FONT) == FOR_GOOD
    assert set(cached.values()) == {ASK_AGAIN}


@pytest.mark.parametrize("path", ["", "homes/a-home", FONT, SCRIPT])
async def test_who_has_the_file_is_told_so_without_the_file(files: ClientFiles, path: str) -> None:
    first = await get(files, path, Accept_Encoding="gzip")
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = await get(files, path, Accept_Encoding="gzip", If_None_Match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert (await get(files, path, Accept_Encoding="gzip", If_None_Match='"other"')).status_code == 200


async def test_a_file_and_its_packed_forms_have_tags_of_their_own(files: ClientFiles) -> None:
    tags = {(await get(files, SCRIPT, Accept_Encoding=name)).headers["etag"] for name in ("br", "gzip", "identity")}
    assert len(tags) == 3


async def test_a_part_of_a_file_is_a_part_of_the_file_as_it_is(files: ClientFiles) -> None:
    content = (ASSETS / FONT).read_bytes()
    part = await get(files, FONT, Range="bytes=100-199", Accept_Encoding="br")
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert "content-encoding" not in part.headers
    changed = await get(files, FONT, Range="bytes=100-199", If_Range='"an older one"')
    assert (changed.status_code, changed.content) == (200, content)
    assert (await get(files, FONT, Range=f"bytes={len(content)}-")).status_code == 416
    assert (await get(files, FONT, Range="bytes=of course")).status_code == 400


@pytest.mark.parametrize("path", ["", FONT, SCRIPT, "no.such", "search"])
async def test_every_answer_lets_the_renderer_use_threads(files: ClientFiles, path: str) -> None:
    headers = (await get(files, path)).headers
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "%2e%2e/%2e%2e/pyproject.toml",
        "fonts/../../pyproject.toml",
        "fonts//Inter-400.ttf",
        "/etc/passwd.txt",
        "%2fetc%2fhosts.txt",
        "v/../../pyproject.toml",
        "v//etc/hosts.txt",
        "v/x/../index.html.x",
        "..\\pyproject.toml",
        "fonts\\Inter-400.ttf",
        "%00.ttf",
        "fonts/Inter-400.ttf%00",
        "fonts/Inter-400.ttf/",
        "fonts.",
        "a" * 5000 + ".png",
        ".hidden.png",
        "pyodide/pyodide.mjs",
        "canvaskit/skwasm.js.symbols",
        "v/",
        "v/x",
        "v/x/search",
    ],
)
async def test_nothing_but_the_clients_files_can_be_read(files: ClientFiles, path: str) -> None:
    reply = await get(files, path)
    # An address without an ending belongs to the client, which says itself what it does not know.
    page = reply.status_code == 200 and reply.headers["content-type"].startswith("text/html")
    assert page or reply.status_code == 404
    assert b"[project]" not in reply.content
    assert b"localhost" not in reply.content


async def test_files_are_only_read(files: ClientFiles) -> None:
    assert (await get(files, FONT, "POST")).status_code == 405


async def test_an_address_of_the_client_gets_its_page(files: ClientFiles) -> None:
    for path in ("", "search", "homes/a-home", "v1/trips", "landlord/homes.html"):
        reply = await get(files, path)
        assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'const folder = "{files.folder}";' in reply.text
    assert f'src="{files.folder}flutter_bootstrap.js"' in reply.text
    for found in re.findall(r'(?:src|href)="([^"/][^"]*\.[a-z]+)"', reply.text):
        assert (await get(files, found, "HEAD")).status_code == 200, found


async def test_a_changed_file_makes_another_version(
    files: ClientFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ASSETS.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(client_files, "ASSETS", tmp_path)
    before = ClientFiles("/app")
    assert before.version == ClientFiles("/app").version
    (tmp_path / "icon.png").write_bytes(b"another")
    after = ClientFiles("/app")
    assert len({files.version, before.version, after.version}) == 3


async def test_no_font_is_fetched_that_nothing_is_written_in(files: ClientFiles) -> None:
    fonts = json.loads((await get(files, "assets/FontManifest.json")).text)
    assert sorted(font["family"] for font in fonts) == ["MaterialIcons", "Roboto"]
    for font in fonts:
        for face in font["fonts"]:
            assert (await get(files, f"assets/{face['asset']}", "HEAD")).status_code == 200


def test_a_page_without_a_place_for_the_version_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ASSETS.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    page = tmp_path / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace('const folder = "";', ""), encoding="utf-8")
    monkeypatch.setattr(client_files, "ASSETS", tmp_path)
    with pytest.raises(ValueError, match="const folder"):
        ClientFiles("/app")
