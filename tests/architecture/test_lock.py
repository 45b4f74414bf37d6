"""The lock file: another version is noticed, another file of the same version is not."""

from tools.lock import LOCK, difference

LINES = """# a header
fastapi==0.165.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
httpx==0.28.1 \\
    --hash=sha256:cc
"""


def test_a_lock_agrees_with_itself_whatever_files_an_index_gained() -> None:
    assert difference(LINES, LINES.replace("sha256:cc", "sha256:dd")) == []


def test_another_version_and_a_missing_requirement_are_told() -> None:
    assert difference(LINES, LINES.replace("0.28.1", "0.29.0")) == ["-httpx==0.28.1", "+httpx==0.29.0"]
    assert difference(LINES, LINES.partition("httpx")[0]) == ["-httpx==0.28.1"]


def test_every_requirement_of_the_committed_lock_has_a_version_and_a_hash() -> None:
    blocks = LOCK.read_text().replace("\\\n", "").splitlines()
    wanted = [line for line in blocks if line and not line.startswith("#")]
    assert len(wanted) > 100
    assert [line for line in wanted if "==" not in line or "--hash=sha256:" not in line] == []
