"""With several workers each file is one worker's, and so is each folder that starts a product: what it takes to start
is paid once.

What starts a product comes first, the longest before all: begun last, it would be the end of the run, with the other
worker idle. All other files follow in random order.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

FIRST = ("tests/browser/", "tests/stories/", "tests/server/test_cli.py")


class FolderScheduling(LoadScopeScheduling):
    """Hands out the tests of a file together, and those of a folder that starts a product."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in FIRST if nodeid.startswith(folder)), nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Take the place of xdist's own `load`, which knows no files. Who asks for another `--dist` gets that."""
    if config.option.dist != "load":
        return None
    config.option.loadscopereorder = False  # the order is that of the tests, see below
    return FolderScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what starts a product first, once all are shuffled."""
    if hasattr(config, "workerinput"):
        items.sort(
            key=lambda item: next((n for n, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))
        )
