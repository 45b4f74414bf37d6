"""Each rule of the sandbox names its test, and the test is there."""

import re

from tests.served import ROOT

RULES = ROOT / "docs" / "sandbox_stripe.md"


def test_every_rule_has_its_test() -> None:
    here = "".join(file.read_text() for file in (ROOT / "tests/server/sandbox/stripe").glob("test_*.py"))
    lines = [line for line in RULES.read_text().split("## Numbers")[0].splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 35
    assert [line for line in lines if "`test_" not in line] == []
    named = [name for line in lines for name in re.findall(r"`(test_\w+)`", line)]
    assert [name for name in named if f"def {name}(" not in here] == []
