"""What is deployed: the container, the compose file, the unit, the lock they install."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from gateway.config.environment import path_of
from gateway.config.schema import SECRETS, kind_of

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([a-z0-9._-]+==[^ ;]+)", re.MULTILINE)
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
UNIT = (ROOT / "deploy/postwacht.service").read_text()


def compose() -> dict[str, dict]:
    return YAML(typ="safe").load(COMPOSE.read_text())


def name(pin: str) -> str:
    return pin.partition("==")[0]


def test_the_compose_file_is_one() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", str(COMPOSE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_sets_only_settings_there_are() -> None:
    service = compose()["services"]["postwacht"]
    for variable in service["environment"]:
        if variable.startswith("POSTWACHT__"):
            assert kind_of(path_of(variable)) is not None, variable
    given = {secret["target"] for secret in service["secrets"]}
    assert {"store.key", "smarthost.password"} <= given <= {f"{section}.{key}" for section, key in SECRETS}


def test_the_container_can_write_nothing_but_its_state() -> None:
    service = compose()["services"]["postwacht"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"] == "10001:10001"
    assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == ["state:/var/lib/postwacht"]
    assert "USER 10001:10001" in DOCKERFILE


def test_the_dockerfile_copies_what_there_is_and_opens_what_is_mapped() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    (exposed,) = re.findall(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE)
    inside = {port.rpartition(":")[2] for port in compose()["services"]["postwacht"]["ports"]}
    assert inside <= set(exposed.split())


def test_what_is_deployed_is_what_is_tested() -> None:
    """The same versions under the same hashes, without the tools."""
    deployed, tested = ((ROOT / file).read_text() for file in ("deploy/requirements.lock", "requirements.lock"))
    assert set(PINNED.findall(deployed)) < set(PINNED.findall(tested))
    assert set(re.findall(r"sha256:[0-9a-f]{64}", deployed)) < set(re.findall(r"sha256:[0-9a-f]{64}", tested))
    assert not re.search(r"https?://|--index|--find-links|file:", deployed)
    names = {name(pin) for pin in PINNED.findall(deployed)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {re.split(r"[>=;\[ ]", need)[0].lower() for need in project["project"]["dependencies"]}
    assert needed <= names
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & names


@pytest.mark.parametrize(
    "words", [["verify"], ["security", "--offline=true", "--threshold=20"]], ids=lambda words: words[0]
)
def test_systemd_takes_the_unit_and_finds_it_well_closed(words: list[str], tmp_path: Path) -> None:
    """The program stands in /opt on a real machine; here another that exists stands for it. Threshold: 2.0 of 10."""
    unit = tmp_path / "postwacht.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/sh", UNIT, flags=re.MULTILINE))
    done = subprocess.run(["systemd-analyze", *words, str(unit)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if words == ["verify"]:
        assert "postwacht.service" not in done.stderr


def test_the_units_account_is_the_one_the_page_for_administrators_makes() -> None:
    """Commands and service work on the same files: another account's journal of the database would stop the service."""
    (account,) = re.findall(r"^User=(.+)$", UNIT, re.MULTILINE)
    page = (ROOT / "docs/it-administrator.md").read_text()
    assert re.search(rf"^useradd .* {account}$", page, re.MULTILINE)
    assert f"sudo -u {account} " in page
    assert "DynamicUser" not in UNIT
