"""What all tests share: properties are tried with the same examples each time, in `make soak` with fresh ones.

A PostgreSQL server that was started for them ends with them.
"""

import os

import pytest
from hypothesis import settings

from tests.support import postgres

settings.register_profile("steady", derandomize=True, deadline=None)
if not os.environ.get("POSTWACHT_SOAK"):
    settings.load_profile("steady")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests measured, from whichever process they ran in."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    for report in reports:
        for name, value in report.user_properties:
            if name == "table" and report.when == "call":
                terminalreporter.write_line(f"\n{value}")


def pytest_sessionfinish() -> None:
    postgres.end()
