"""One secret an installation, one key a use: made once, kept for its owner alone, and no secret that can be guessed."""

import re
import secrets
import stat
import threading
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from server import launch
from server.auth import rules
from server.core import clock, keys
from server.core.database import Database
from server.core.errors import StartupError
from server.core.identity import Identity
from server.core.keys import Use, kept_secret, key_for, weakness_of
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import Api, MakePerson
from tests.serving import serving

SECRET = "qX3v-8kTz_41LmWsB0yRaUeN7hDgPc2f"


def test_a_secret_is_made_once_for_a_folder_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = kept_secret(folder)
    assert kept_secret(folder) == secret
    assert weakness_of(secret) is None
    assert kept_secret(tmp_path / "other") != secret
    file = folder / "secret_key"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    assert [found.name for found in folder.iterdir()] == ["secret_key"]
    file.chmod(0o644)
    assert kept_secret(folder) == secret
    keys._make(folder / "another")
    assert stat.S_IMODE((folder / "another").stat().st_mode) == 0o600  # from its first moment
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_of_many_that_begin_at_once_all_get_the_same(tmp_path: Path) -> None:
    for number in range(10):
        folder, found, together = tmp_path / str(number), list[str](), threading.Barrier(8)

        def begin(folder: Path = folder, found: list[str] = found, together: threading.Barrier = together) -> None:
            together.wait()
            found.append(kept_secret(folder))

        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(found), len(set(found))) == (8, 1)
        assert [one.name for one in folder.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe"])
def test_a_file_that_holds_no_secret_is_told_and_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(StartupError, match="secret_key"):
        kept_secret(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StartupError, match="secret_key"):
        kept_secret(tmp_path / "file" / "data")


def test_no_two_uses_share_a_key() -> None:
    found = {key_for(secret, use) for secret in (SECRET, SECRET[::-1]) for use in Use}
    assert len(found) == 2 * len(Use)
    assert {len(key) for key in found} == {32}
    assert all(SECRET.encode() not in key for key in found)


def test_a_key_is_the_same_after_every_start(tmp_path: Path) -> None:
    one, other = (Settings(data_dir=tmp_path, secret_key=None, _env_file=None) for _ in range(2))  # type: ignore[call-arg]
    assert [one.key(use) for use in Use] == [other.key(use) for use in Use]
    given = Settings(data_dir=tmp_path, secret_key=SecretStr(SECRET), _env_file=None)  # type: ignore[call-arg]
    assert [given.key(use) for use in Use] == [key_for(SECRET, use) for use in Use]


@pytest.mark.parametrize(
    "secret",
    [
        "l1mXh0yqXb1oXoQm8rjRk7m3s0m2Uo0cY3bB0X1VgTg",
        "43058e8beb0f299aca4a36e0cdd00c9d",
        "f4ae829e395ae35f3c4e10a4e50c92a56029155101430962894c6f5ced2ee862",
        "8b0ac984-23a4-41ad-8998-8c569691576e",
        SECRET,
    ],
)
def test_what_the_usual_commands_make_is_good(secret: str) -> None:
    assert weakness_of(secret) is None


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (SECRET[:31], "fewer than 32"),
        ("development only, never in production", "known to everyone"),
        ("qX3v-8k" * 6, "repeats few characters"),
        ("correct horse battery staple correct horse", "words or patterns"),
    ],
)
def test_why_a_secret_is_weak_is_said(secret: str, why: str) -> None:
    assert why in (weakness_of(secret) or "")


def test_the_example_in_the_settings_makes_a_good_one() -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text()
    found = re.search(r'python -c "import secrets; print\((.*)\)"', example)
    assert found is not None
    assert weakness_of(eval(found[1], {"secrets": secrets})) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_with_nothing_set_development_lets_no_other_machine_in(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "PUBLIC_URL", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    bare = Settings(host=host, port=0, _env_file=None)  # type: ignore[call-arg]
    half = bare.model_copy(update={"secret_key": SecretStr(SECRET)})
    for settings in (bare, half):
        with pytest.raises(StartupError, match="SECRET_KEY and PUBLIC_URL"):
            launch.listen(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost", "LOCALHOST"])
def test_this_machine_may_come_in_whatever_is_set(host: str) -> None:
    Settings(host=host, _env_file=None).require_known_visitors()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "more",
    [{"environment": "production"}, {"secret_key": SecretStr(SECRET), "public_url": "http://192.0.2.1:8000"}],
)
def test_whoever_sets_what_is_needed_lets_others_in(more: dict[str, object]) -> None:
    Settings(host="0.0.0.0", _env_file=None, **more).require_known_visitors()  # type: ignore[arg-type]


async def test_nobody_forges_an_admin_with_what_stands_in_the_repository_or_with_another_use_s_key(
    settings: Settings, database: Database, a_person: MakePerson, tmp_path: Path
) -> None:
    person = await a_person()
    fresh = {"environment": "test", "database_url": settings.database_url, "data_dir": tmp_path / "fresh"}
    settings = Settings(**fresh, secret_key=None, _env_file=None)  # type: ignore[arg-type]
    admin = Identity(person.id, person.identity.session_id, frozenset({Role.ADMIN}))
    async with serving(settings, database) as url, httpx.AsyncClient(base_url=url) as client:
        right = rules.sign(admin, settings.key(Use.ACCESS_TOKENS), clock.now(), timedelta(minutes=5))
        assert (await Api(client, {"Authorization": f"Bearer {right}"}).get("/cases")).status_code == 200
        constant = "development only, never in production"
        others = [settings.key(use) for use in Use if use is not Use.ACCESS_TOKENS]
        for key in (constant.encode(), key_for(constant, Use.ACCESS_TOKENS), *others):
            forged = rules.sign(admin, key, clock.now(), timedelta(minutes=5))
            assert (await Api(client, {"Authorization": f"Bearer {forged}"}).get("/cases")).status_code == 401
