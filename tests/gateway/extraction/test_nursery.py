"""The nursery and what it does before a reader sees its first byte."""

import os
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from gateway.extraction import nursery, sandbox
from gateway.extraction.files import File
from gateway.extraction.frames import Frames
from gateway.extraction.parts import pack
from rules.case import Extract, Unread


def test_a_reader_tells_every_file_in_its_order() -> None:
    parcel = pack([File("part 2", b"eerste", "a.txt"), File("part 3", b"7z\xbc\xaf\x27\x1c\0\1", "b.7z")])
    request = os.memfd_create("request")
    size = os.write(request, parcel.request(0))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        nursery.answer(parcel.descriptor, theirs.fileno(), request, size)
        theirs.shutdown(socket.SHUT_WR)
        told = list(Frames().feed(ours.recv(10_000)))
    assert told == [Extract("part 2", "eerste"), None, Unread("part 3", "unknown"), None]
    parcel.close()
    os.close(request)


@pytest.mark.parametrize(("size", "code"), [(2, 0), (1, 1)])
def test_a_reader_ends_with_its_message_whatever_happens(size: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    confined: list[float] = []
    monkeypatch.setattr(sandbox, "confine", lambda seconds, mapped_bytes: confined.append(seconds))
    request = os.memfd_create("request")
    os.write(request, b"[]")
    ours, theirs = socket.socketpair()
    with ours:
        assert nursery._born(theirs, 5, 0, (0, 1, request, size)) == code
        assert ours.recv(1) == b"", "it holds no end of the nursery's socket"
    os.close(request)
    assert confined == [5]


@pytest.mark.parametrize(("error", "code"), [(None, 1), (OSError, 1), (PermissionError, 0)])
def test_only_a_refusal_is_a_confinement(
    error: type[OSError] | None, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def confine(*_: object, **__: object) -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(sandbox, "confine", confine)
    assert sandbox._trial() == code


def test_each_order_has_a_reader_of_its_own_and_the_end_of_the_socket_is_the_end() -> None:
    parcel = pack([File("part 2", b"eerste", "a.txt")])
    gateway, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    old = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        answers = []
        for _ in range(2):
            request = os.memfd_create("request")
            size = os.write(request, parcel.request(0))
            ours, theirs = socket.socketpair()
            socket.send_fds(gateway, [nursery.ORDER.pack(5, size)], [parcel.descriptor, theirs.fileno(), request])
            theirs.close()
            os.close(request)
            answers.append(ours)
        gateway.close()
        nursery.prepare()
        nursery.serve(control, sandbox.address_space_bytes())
        for ours in answers:
            with ours:
                assert list(Frames().feed(ours.makefile("rb").read())) == [Extract("part 2", "eerste"), None]
    finally:
        signal.signal(signal.SIGCHLD, old)
        control.close()
        parcel.close()


def test_the_nursery_says_when_it_is_ready_and_leaves_with_its_socket() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            command = [sys.executable, "-m", "gateway.extraction.nursery", str(theirs.fileno())]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        assert ours.recv(10) == nursery.READY
    assert process.wait(10) == 0


def test_a_nursery_that_can_t_confine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise sandbox.SandboxMissing("no seccomp here")

    monkeypatch.setattr(sandbox, "available", missing)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        assert nursery.main([str(theirs.detach())]) == nursery.EXIT_NO_SANDBOX
        assert ours.recv(10) == b""


def test_user_limits_and_timer_are_set_before_the_filter_shuts_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the calls do is tried in processes of their own (test_sandbox.py); here it is their order."""
    done: list[object] = []
    libc = SimpleNamespace(prctl=lambda *args: done.append(("prctl", *args)))
    monkeypatch.setattr(sandbox.ctypes, "CDLL", lambda *_, **__: libc)
    monkeypatch.setattr(sandbox.os, "getuid", lambda: 0)
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(sandbox.os, name, lambda _, name=name: done.append(name))
    monkeypatch.setattr(sandbox.resource, "setrlimit", lambda limit, value: done.append((limit, *value)))
    monkeypatch.setattr(sandbox.signal, "setitimer", lambda _, seconds: done.append(("timer", seconds)))

    class Filter:
        def __init__(self, otherwise: object) -> None:
            done.append("filter")

        def add_rule(self, action: object, name: str) -> None:
            assert name not in {
                "open",
                "openat",
                "socket",
                "clone",
                "fork",
                "execve",
                "kill",
                "setitimer",
                "newfstatat",
            }
            if name == "time":
                raise OSError("this processor has no such call")

        def load(self) -> None:
            done.append("loaded")

    monkeypatch.setattr(sandbox.pyseccomp, "SyscallFilter", Filter)
    sandbox.confine(2.5, mapped_bytes=1000)
    assert done[:3] == ["setgroups", "setgid", "setuid"]
    assert ("timer", 2.5) in done
    assert (sandbox.resource.RLIMIT_AS, *[1000 + sandbox.MEMORY_BYTES_MAX] * 2) in done
    assert (sandbox.resource.RLIMIT_CPU, 3, 3) in done
    assert (sandbox.resource.RLIMIT_FSIZE, 0, 0) in done
    assert done[-2:] == ["filter", "loaded"]


@pytest.mark.parametrize("answers", [[0], [-1, 0], [-1, -1]])
def test_the_network_is_left_as_root_or_in_a_namespace_or_not_at_all(
    answers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = list(answers)
    monkeypatch.setattr(sandbox.ctypes, "CDLL", lambda *_, **__: SimpleNamespace(unshare=lambda _: left.pop(0)))
    assert sandbox.apart() is (answers[-1] == 0)
    assert not left
