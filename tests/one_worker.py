"""With several workers, each folder that starts a product is one worker's: what it takes to start is paid once.

The folders come first, the longest of them before all: begun last, they would be the end of the run, with the other
worker idle. All other tests go one by one to whoever is free, in random order.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

FOLDERS = ("tests/browser/", "tests/stories/")


class FolderScheduling(LoadScopeScheduling):
    """Hands out tests by themselves, and those of a folder that starts a product together.

    What has the most tests is handed out first (`--loadscope-reorder`, xdist's default); the rest keeps its order.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in FOLDERS if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Take the place of xdist's own `load`, which knows no folders. Who asks for another `--dist` gets that."""
    return FolderScheduling(config, log) if config.option.dist == "load" else None
