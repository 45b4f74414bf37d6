"""What the collection of the tests leaves in memory stays for the whole run: no garbage collection looks at it.

Modules, routes and some thousand tests are a million objects or so. Without this each full collection looks at all of
them again, also each of those that a test asks for to see that nothing of its own is left.
"""

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Once all modules are imported and before the first fixture is made."""
    gc.collect()
    gc.freeze()
