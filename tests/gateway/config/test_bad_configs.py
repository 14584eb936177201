"""Every folder in tests/bad_configs is a configuration with a mistake, and the whole list of what is said about it.

A case is added without code: `postwacht.toml`, `expected.txt` (FOLDER stands for where it lies), and `why`.
"""

import shutil
from pathlib import Path

import pytest

from gateway.config import load
from gateway.errors import ConfigError

CASES = sorted(path for path in (Path(__file__).parents[2] / "bad_configs").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_configuration_is_refused_for_exactly_the_right_reasons(case: Path, folder: Path) -> None:
    shutil.copy(case / "postwacht.toml", folder)
    with pytest.raises(ConfigError) as caught:
        load(Path("postwacht.toml"), {})
    said = [f"{key}: {sentence}".replace(str(folder), "FOLDER") for key, sentence in caught.value.mistakes]
    assert said == (case / "expected.txt").read_text().splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_refusal_never_repeats_a_secret(case: Path, folder: Path) -> None:
    shutil.copy(case / "postwacht.toml", folder)
    with pytest.raises(ConfigError) as caught:
        load(Path("postwacht.toml"), {})
    assert "correct horse" not in str(caught.value)


def test_every_case_says_why_it_is_there() -> None:
    assert len(CASES) >= 30
    for case in CASES:
        assert (case / "why").read_text().strip()
        assert [file.name for file in sorted(case.iterdir())] == ["expected.txt", "postwacht.toml", "why"]
