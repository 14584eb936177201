"""Fails when coverage falls under the house's floors: `rules` by branch, `gateway` by line."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (("rules", "rules/*", 100.0), ("gateway", "gateway/*", 100.0))


def main() -> int:
    """Print a short report per package; exit 1 when one is under its floor."""
    failed = 0
    for name, include, floor in FLOORS:
        print(f"coverage of {name}, at least {floor:g} %")
        command = [sys.executable, "-m", "coverage", "report", "--include", include, "--skip-covered", "--show-missing"]
        run = subprocess.run([*command, "--fail-under", str(floor)], cwd=ROOT, check=False)
        failed |= run.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
