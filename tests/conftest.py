"""What all tests share: properties are tried with the same examples each time, in `make soak` with fresh ones.

A PostgreSQL server that was started for them ends with them.
"""

import os

from hypothesis import settings

from tests.support import postgres

settings.register_profile("steady", derandomize=True)
if not os.environ.get("POSTWACHT_SOAK"):
    settings.load_profile("steady")


def pytest_sessionfinish() -> None:
    postgres.end()
