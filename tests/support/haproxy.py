"""A real HAProxy before one port, on loopback: started for a test, ended by its own pid."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.postfix import free_port

CONFIGURATION = """
global
    maxconn 100
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen smtp
    bind 127.0.0.1:{port}
    server gateway 127.0.0.1:{behind} source {source} {version}
"""


@dataclass(frozen=True)
class HAProxy:
    """One instance."""

    port: int

    @classmethod
    @contextmanager
    def running(cls, behind: int, source: str, version: str) -> Iterator[HAProxy]:
        """Pass connections on to `behind`, from the address `source`, with the PROXY header of this version."""
        port = free_port()
        home = Path(tempfile.mkdtemp(prefix="postwacht-haproxy-", dir="/var/tmp"))
        (home / "haproxy.cfg").write_text(
            CONFIGURATION.format(port=port, behind=behind, source=source, version=version)
        )
        process = subprocess.Popen(
            ["haproxy", "-db", "-f", str(home / "haproxy.cfg")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            deadline = time.monotonic() + 10
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield cls(port)
        finally:
            process.terminate()
            process.communicate(timeout=10)
            shutil.rmtree(home, ignore_errors=True)
