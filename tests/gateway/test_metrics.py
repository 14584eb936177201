"""The metrics' vocabulary: names, labels, several processes, and the page that documents them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.parser import text_string_to_metric_families

from gateway import metrics
from rules.verdict import Action, Approver, Finding, Verdict

ROOT = Path(__file__).resolve().parents[2]
UNITS = ("_total", "_seconds", "_bytes", "_info", "_jobs", "_open", "_ready")


def declared() -> dict[str, Counter | Gauge | Histogram]:
    """Every metric of the module, by the name Prometheus sees."""
    found = {}
    for value in vars(metrics).values():
        if isinstance(value, Counter | Gauge | Histogram):
            found[value._name + ("_total" if isinstance(value, Counter) else "")] = value
    return found


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(name: str, **labels: str) -> float:
    return samples(metrics.render().decode()).get((f"postwacht_{name}", tuple(sorted(labels.items()))), 0.0)


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_metric_is_named_by_the_house_rule(name: str) -> None:
    assert re.fullmatch(r"postwacht(_[a-z0-9]+)+", name)
    assert name.endswith(UNITS)


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_label_is_on_the_list(name: str) -> None:
    assert set(declared()[name]._labelnames) <= metrics.LABELS


def test_the_list_of_labels_has_no_label_nobody_uses() -> None:
    assert {label for metric in declared().values() for label in metric._labelnames} == metrics.LABELS


@pytest.mark.parametrize("name", sorted(name for name, metric in declared().items() if isinstance(metric, Gauge)))
def test_every_gauge_says_how_processes_are_combined(name: str) -> None:
    assert declared()[name]._multiprocess_mode in {"livesum", "mostrecent"}


def test_every_metric_is_in_the_documentation_and_no_other() -> None:
    documented = re.findall(r"^\| `(postwacht_[a-z0-9_]+)` \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(declared())


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_label_of_a_metric_is_in_its_row_of_the_documentation(name: str) -> None:
    rows = dict(
        re.findall(r"^\| `(postwacht_[a-z0-9_]+)` \|(.*)\|$", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    )
    for label in declared()[name]._labelnames:
        assert f"`{label}`" in rows[name]


def test_roles_are_those_of_the_rules() -> None:
    assert set(metrics.ROLES) == {role.label for role in Approver}


def finding(clause: str | None, rule: str, action: Action, would_be: Action | None = None) -> Finding:
    return Finding(
        clause=clause, rule=rule, action=action, approver=None, would_be=would_be, kind=None, confidence=None,
        part="header To", evidence="", clear="", why="", params=(),
    )  # fmt: skip


def test_a_judged_message_counts_its_action_and_each_finding() -> None:
    before = value("findings_total", clause="C19", action="fix", observed="no")
    verdict = Verdict(
        action=Action.FIX,
        approver=None,
        findings=(
            finding("C19", "c19", Action.FIX),
            finding("C18", "c18", Action.PASS, Action.HOLD),
            finding(None, "parser_difference", Action.PASS),
        ),
        looked=(),
        deliveries=(),
        external=True,
        visible_recipients=(),
        fixed=True,
    )
    metrics.judged("submission", verdict, 0.002)
    metrics.judged("submission", verdict)
    assert value("findings_total", clause="C19", action="fix", observed="no") == before + 2
    assert value("findings_total", clause="C18", action="hold", observed="yes") == 2
    assert value("findings_total", clause="parser_difference", action="pass", observed="no") == 2
    assert value("messages_judged_total", listener="submission", action="fix") >= 2
    assert value("judge_seconds_count") >= 1


def test_connections_go_up_and_down() -> None:
    metrics.connected("journal")
    metrics.connected("journal")
    metrics.disconnected("journal")
    assert value("smtp_connections_open", listener="journal") == 1
    assert value("smtp_connections_total", listener="journal") == 2
    metrics.disconnected("journal")


def test_a_role_without_holds_shows_zero_and_not_its_last_number() -> None:
    metrics.holds({"self": 3, "admin": 1})
    metrics.holds({"admin": 2})
    assert value("holds_open", approver="self") == 0
    assert value("holds_open", approver="admin") == 2


def test_everything_else_that_is_counted_shows() -> None:
    before = samples(metrics.render().decode())  # other tests of this process count too
    metrics.started()
    metrics.received("relay", 10_240, 0.01)
    metrics.answered("relay", "accepted", 0.02)
    metrics.committed(0.003)
    metrics.refused("relay", 530)
    metrics.login("relay", "wrong")
    metrics.dialogue("notice", "accepted", 0.05)
    metrics.recipients("notice", "delivered", 24, 1.5)
    metrics.recipients("notice", "deferred", 1)
    metrics.outbox(7, 61.5)
    metrics.decided("expire")
    metrics.disk(123_456)
    metrics.rules("loaded")
    metrics.fault("test")
    text = metrics.render().decode()
    shown = samples(text)
    for name, labels, more in (
        ("messages_received_bytes_total", (("listener", "relay"),), 10_240),
        ("recipients_settled_total", (("kind", "notice"), ("result", "delivered")), 24),
        ("delivery_delay_seconds_count", (("kind", "notice"),), 1),
        ("smtp_refusals_total", (("listener", "relay"), ("reply", "530")), 1),
    ):
        assert shown[f"postwacht_{name}", labels] == before.get((f"postwacht_{name}", labels), 0) + more
    assert shown["postwacht_outbox_oldest_seconds", ()] == 61.5
    assert 'postwacht_build_info{python="' in text


# A worker as the supervisor starts it: the variables are there before the module is imported.
WORKER = """
from gateway import metrics
metrics.connected("submission")
metrics.answered("submission", "accepted", 0.002)
metrics.outbox({jobs}, 1.0)
"""


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def of_all(directory: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What the office serves."""
    return samples(
        run("from gateway import metrics; print(metrics.render().decode())", metrics.environment(directory, "office"))
    )


CONNECTIONS = ("postwacht_smtp_connections_open", (("listener", "submission"),))
ANSWERED = ("postwacht_messages_answered_total", (("answer", "accepted"), ("listener", "submission")))
SPAN = ("postwacht_answer_seconds_count", (("listener", "submission"),))


def test_the_office_serves_the_sum_of_all_processes(tmp_path: Path) -> None:
    metrics.prepare(tmp_path / "counts")
    for name, jobs in (("smtp_1", 5), ("smtp_2", 9)):
        run(WORKER.format(jobs=jobs), metrics.environment(tmp_path / "counts", name))
    shown = of_all(tmp_path / "counts")
    assert shown[ANSWERED] == 2
    assert shown[SPAN] == 2
    assert shown[CONNECTIONS] == 2
    assert shown["postwacht_outbox_jobs", ()] == 9  # the newest reading, not the sum


def test_a_worker_that_died_leaves_its_counts_and_takes_its_connections(tmp_path: Path) -> None:
    metrics.prepare(tmp_path)
    for name in ("smtp-1", "smtp-2"):
        run(WORKER.format(jobs=1), metrics.environment(tmp_path, name))
    metrics.worker_ended(tmp_path, "smtp-2")
    shown = of_all(tmp_path)
    assert shown[CONNECTIONS] == 1
    assert shown[ANSWERED] == 2


def test_a_worker_started_again_counts_on_in_its_own_files(tmp_path: Path) -> None:
    """However often a worker is started, there are as many files, and no counter falls back."""
    metrics.prepare(tmp_path)
    run(WORKER.format(jobs=1), metrics.environment(tmp_path, "smtp-1"))
    files = sorted(path.name for path in tmp_path.iterdir())
    for _ in range(2):
        metrics.worker_ended(tmp_path, "smtp-1")
        run(WORKER.format(jobs=1), metrics.environment(tmp_path, "smtp-1"))
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    shown = of_all(tmp_path)
    assert shown[ANSWERED] == 3
    assert shown[CONNECTIONS] == 1


def test_a_service_begins_with_an_empty_directory_of_its_own(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "counts"
    metrics.prepare(directory)
    run(WORKER.format(jobs=1), metrics.environment(directory, "smtp-1"))
    assert list(directory.iterdir())
    metrics.prepare(directory)
    assert not list(directory.iterdir())
    assert directory.stat().st_mode & 0o777 == 0o700
