"""What a confined process can't do, as root and as nobody in particular. Each trial is a process of its own."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from gateway.extraction import sandbox

TRIAL = """
import os, socket, subprocess, sys, time
from gateway.extraction import sandbox
{before}
trial = lambda: {trial}
sandbox.confine({seconds}, mapped_bytes=sandbox.address_space_bytes())
try:
    trial()
except BaseException as error:
    os.write(1, type(error).__name__.encode())
else:
    os.write(1, b"done")
os._exit(0)
"""
# A timer has an error of its own, and a limit says so as a wrong value.
REFUSED = {"PermissionError", "OSError", "itimer_error", "ValueError"}
NOBODY = "os.setgroups([]); os.setgid(65534); os.setuid(65534)" if os.getuid() == 0 else ""
USERS = ["", NOBODY] if NOBODY else [""]


def tried(trial: str, before: str = "", seconds: float = 5) -> tuple[str, int]:
    """What came of it, and the exit code."""
    code = TRIAL.format(before=before, trial=trial, seconds=seconds)
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=30, check=False)
    return run.stdout.decode(), run.returncode


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(
    "trial",
    [
        "open('/etc/hostname')", "open('/tmp/x', 'w')", "os.listdir('/')", "os.stat('/')", "os.unlink('/nowhere')",
        "socket.socket()", "socket.socketpair()", "socket.socket(socket.AF_UNIX)", "os.fork()",
        "os.execv('/bin/true', ['true'])", "os.kill(os.getppid(), 9)", "os.kill(1, 0)", "os.setuid(0)", "os.chdir('/')",
        "os.memfd_create('x')", "os.pipe()", "__import__('signal').setitimer(0, 100)",
        "__import__('resource').setrlimit(7, (9, 9))", "os.nice(1)", "os.sched_setaffinity(0, {0})",
    ],
)  # fmt: skip
def test_calls_that_reach_out_are_refused(user: str, trial: str) -> None:
    assert tried(trial, f"{user}\nimport signal, resource")[0] in REFUSED


def test_computing_is_allowed() -> None:
    assert tried("sorted(bytes(10_000_000))") == ("done", 0)


def test_memory_is_bounded() -> None:
    assert tried(f"bytes({sandbox.MEMORY_BYTES_MAX * 11 // 10})") == ("MemoryError", 0)
    assert tried(f"bytes({sandbox.MEMORY_BYTES_MAX // 2})") == ("done", 0)


@pytest.mark.parametrize(
    ("trial", "code"), [("[0 for _ in iter(int, 1)]", -signal.SIGALRM), ("time.sleep(60)", -signal.SIGALRM)]
)
def test_time_is_bounded(trial: str, code: int) -> None:
    started = time.monotonic()
    assert tried(trial, seconds=0.5) == ("", code)
    assert time.monotonic() - started < 10


def test_root_is_given_up() -> None:
    if os.getuid() == 0:
        assert tried("os.write(1, str(os.getresuid()).encode()) and None")[0] == "PermissionError"
        assert tried("os.write(1, str(os.getuid()).encode())") == ("65534done", 0)
    assert tried("os.write(1, b'.')") == (".done", 0)


def test_a_trial_says_that_readers_can_be_confined_here() -> None:
    sandbox.available()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0, "the trial was this process"


def test_without_the_kernel_s_help_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_filter", lambda: None)
    monkeypatch.setattr(sandbox.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(sandbox.os, "setuid", lambda _: None)
    with pytest.raises(sandbox.SandboxMissing):
        sandbox.available()


def test_the_network_can_be_left() -> None:
    code = "from gateway.extraction import sandbox; print(sandbox.apart(), open('/proc/net/dev').read().count(':'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[0] == "False" or out[1] == "1", "only the loopback of a network of its own is left"
