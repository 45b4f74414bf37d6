"""The wheel carries the product and nothing that only its makers need."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files


@pytest.mark.prove
def test_the_wheel_holds_the_whole_product_and_no_tests(tmp_path: Path) -> None:
    subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", str(tmp_path)], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py")}
    assert packed == {"main.py", *(str(file) for file in python_files("client", "server", "shared_models"))}
