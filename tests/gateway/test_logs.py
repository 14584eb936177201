"""The log's vocabulary: it is fixed, documented, and holds no person."""

import ast
import inspect
import io
import json
import logging
import re
import sys
import threading
import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import FunctionType

import pytest

from gateway import logs

ROOT = Path(__file__).resolve().parents[2]
PERSON = "Anke de Vries <anke.de.vries@ouders.example>"


def events() -> dict[str, FunctionType]:
    """Every public function of the module but `configure`."""
    return {
        name: value
        for name, value in vars(logs).items()
        if isinstance(value, FunctionType)
        and value.__module__ == logs.__name__
        and not name.startswith("_")
        and name != "configure"
    }


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What this process logs, as JSON; afterwards everything is as before."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logs._Log.current, sys.excepthook, threading.excepthook)
    stream = io.StringIO()
    logs.configure(stream=stream, worker="smtp-1")
    yield stream
    root.handlers[:], level, logs._Log.current, sys.excepthook, threading.excepthook = before
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def harmless(annotation: object) -> object:
    """A value of the kind a parameter asks for."""
    if annotation is BaseException:
        return ValueError(PERSON)
    if annotation in {int, float, bool}:
        return annotation(1)
    if "Iterable" in str(annotation):
        return ("C19", "C3")
    return "value"


def arguments(
    function: FunctionType, make: typing.Callable[[object], object]
) -> tuple[list[object], dict[str, object]]:
    hints = typing.get_type_hints(function)
    positional, named = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        value = make(hints[name])
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        else:
            positional.append(value)
    return positional, named


@pytest.mark.parametrize("name", sorted(events()))
def test_every_event_is_a_line_under_its_own_name(name: str, lines: io.StringIO) -> None:
    positional, named = arguments(events()[name], harmless)
    events()[name](*positional, **named)
    (line,) = read(lines)
    assert line["event"] == name
    assert line["worker"]
    assert line["level"] in {"info", "warning", "error"}
    moment = datetime.fromisoformat(str(line["time"]))
    assert moment.utcoffset() == timedelta(0)
    assert str(line["time"]).endswith("Z")


@pytest.mark.parametrize("name", sorted(events()))
def test_no_event_can_carry_a_person(name: str, lines: io.StringIO) -> None:
    """Whatever is put in by mistake: an address, a name with a blank, a subject."""

    def hostile(annotation: object) -> object:
        if annotation is BaseException:
            return ValueError(PERSON)
        if annotation in {int, float, bool}:
            return annotation(1)
        return (PERSON,) if "Iterable" in str(annotation) else PERSON

    positional, named = arguments(events()[name], hostile)
    events()[name](*positional, **named)
    assert "anke" not in lines.getvalue().lower()
    assert "vries" not in lines.getvalue().lower()


def test_every_parameter_of_an_event_is_a_plain_id_or_count() -> None:
    allowed = {str, int, float, bool, BaseException, str | None}
    for name, function in events().items():
        for parameter, annotation in typing.get_type_hints(function).items():
            assert annotation in {*allowed, type(None)} or "Iterable[str]" in str(annotation), f"{name}({parameter})"


def test_every_event_is_in_the_documentation_and_no_other() -> None:
    documented = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/logs.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted([*events(), "library"])


def test_every_field_of_an_event_is_in_its_row_of_the_documentation(lines: io.StringIO) -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|(.*)\|$", (ROOT / "docs/logs.md").read_text(), re.MULTILINE))
    for name, function in events().items():
        positional, named = arguments(function, harmless)
        function(*positional, **named)
        fields = read(lines)[-1].keys() - {"event", "time", "level", "worker"}
        missing = [field for field in fields if f"`{field}`" not in rows[name]]
        assert not missing, f"{name}: {missing}"


def test_the_canonical_line_of_a_message_holds_its_decision(lines: io.StringIO) -> None:
    logs.message_judged(
        reference="7H2K9MQ4TX1C",
        listener="submission",
        action="hold",
        approver="team_leader",
        state="held",
        clauses=("C19", "C3"),
        recipients=24,
        size_bytes=10_240,
        external=True,
        repeated=False,
        seconds=0.00123456,
    )
    (line,) = read(lines)
    del line["time"]
    assert line == {
        "event": "message_judged",
        "level": "info",
        "worker": "smtp-1",
        "reference": "7H2K9MQ4TX1C",
        "listener": "submission",
        "action": "hold",
        "approver": "team_leader",
        "state": "held",
        "clauses": "C19,C3",
        "recipients": 24,
        "size_bytes": 10_240,
        "external": True,
        "repeated": False,
        "seconds": 0.0012,
    }


def test_a_message_with_many_findings_names_each_clause_once(lines: io.StringIO) -> None:
    every = [f"C{number}" for number in range(1, 38)] + ["parser_difference", "not_inspectable", "auto_forward"]
    positional, named = arguments(events()["message_judged"], harmless)
    logs.message_judged(*positional, **{**named, "clauses": every * 50})
    assert read(lines)[0]["clauses"] == ",".join(every)


def test_a_terminal_gets_key_and_value(capsys: pytest.CaptureFixture[str], lines: io.StringIO) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    logs.configure(stream=terminal)
    logs.hold_decided(reference="7H2K9MQ4TX1C", decision="withdraw", approver="self")
    assert re.fullmatch(
        r"time=\S+Z level=info event=hold_decided reference=7H2K9MQ4TX1C decision=withdraw approver=self\n",
        terminal.getvalue(),
    )


def test_lines_go_to_standard_error_and_never_to_standard_output(
    capsys: pytest.CaptureFixture[str], lines: io.StringIO
) -> None:
    logs.configure()
    logs.smarthost_up()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert json.loads(captured.err)["event"] == "smarthost_up"


def test_before_it_is_configured_the_log_is_json_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logs._make(None, terminal=False, worker="").info("smarthost_up")
    assert json.loads(capsys.readouterr().err)["event"] == "smarthost_up"


def test_a_closed_standard_error_stops_nothing(lines: io.StringIO) -> None:
    lines.close()
    logs.smarthost_up()
    logs.configure(stream=io.StringIO(), worker="smtp-1")


def test_a_fault_tells_kinds_and_places_and_no_text(lines: io.StringIO) -> None:
    try:
        try:
            int(PERSON)
        except ValueError as cause:
            raise RuntimeError(PERSON) from cause
    except RuntimeError as error:
        logs.fault("judge", error)
    (line,) = read(lines)
    assert line["component"] == "judge"
    assert line["error"] == "RuntimeError<ValueError"
    assert re.fullmatch(r"test_logs\.py:\d+", str(line["at"]))


def test_a_chain_of_errors_is_cut(lines: io.StringIO) -> None:
    error: BaseException = ValueError()
    for _ in range(20):
        outer = KeyError()
        outer.__cause__ = error
        error = outer
    logs.fault("judge", error)
    assert len(str(read(lines)[0]["error"]).split("<")) == logs.FRAMES_MAX


def test_the_mail_library_can_not_write_senders_recipients_or_bodies(lines: io.StringIO) -> None:
    """Measured: aiosmtpd logs `sender` and `recip` at INFO and every line of DATA at DEBUG."""
    mail = logging.getLogger("mail.log")
    mail.info("%r sender: %s", ("127.0.0.1", 1), PERSON)
    mail.debug("DATA readline: %s", PERSON)
    assert lines.getvalue() == ""
    mail.warning("%r unrecognised: %s", ("127.0.0.1", 1), PERSON)
    (line,) = read(lines)
    assert line["event"] == "library"
    assert line["logger"] == "mail.log"
    assert "anke" not in lines.getvalue()


@pytest.mark.parametrize(
    "name", ["uvicorn.error", "uvicorn.access", "alembic.runtime.migration", "asyncio", "anything"]
)
def test_a_library_tells_its_place_and_only_the_constant_part_of_its_text(name: str, lines: io.StringIO) -> None:
    logger = logging.getLogger(name)
    logger.warning("Could not send to %s", PERSON)
    logger.error(f"Could not send to {PERSON}")  # noqa: G004 - what libraries do
    try:
        raise KeyError(PERSON)  # noqa: TRY301
    except KeyError:
        logger.exception("Failed")
    first, second, third = read(lines)
    assert first["template"] == "Could not send to %s"
    assert first["logger"] == second["logger"] == name
    assert str(second["where"]).startswith("test_logs:")
    assert "template" not in second
    assert third["error"] == "KeyError"
    assert "anke" not in lines.getvalue().lower()


def test_the_access_log_of_the_web_server_is_silent(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /m/%s", "TOKEN")
    assert lines.getvalue() == ""


def test_an_error_nobody_caught_is_a_fault_without_text(lines: io.StringIO) -> None:
    error = ValueError(PERSON)
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=lambda: int(PERSON))
    thread.start()
    thread.join()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    first, second = read(lines)
    assert first["component"] == second["component"] == "process"
    assert second["error"] == "ValueError"
    assert "anke" not in lines.getvalue().lower()


def test_nothing_but_this_module_logs() -> None:
    """No module of the gateway has a logger of its own, prints to standard error, or imports structlog."""
    strays = []
    for path in (ROOT / "gateway").rglob("*.py"):
        if path == ROOT / "gateway/logs.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            if names & {"logging", "structlog"}:
                strays.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not strays
