"""The real gateway as its own process: configured, filled with the demo's school, started and ended by pid."""

from __future__ import annotations

import asyncio
import atexit
import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import argon2

from gateway.clock import SystemClock
from gateway.crypto import MasterKey
from gateway.store.store import Store
from gateway.store.views import CaseView
from tests.support.certificates import make_certificate
from tests.support.postfix import free_ports
from tests.support.postgres import Database
from tests.support.school import SCHOOL

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "Zonnebloem-42"
HASH = argon2.PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)


@dataclass
class Gateway:
    """One running service. `home` holds its configuration and state and goes with it."""

    home: Path
    smtp_port: int
    tls_port: int
    plain_port: int
    web_port: int
    metrics_port: int
    command: list[str]
    environment: dict[str, str]
    state: Path
    urls: tuple[str, str]  # of the state and of the keys
    databases: tuple[Database, Database] | None = None  # of PostgreSQL
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def prepare(
        cls,
        smarthost_port: int,
        *,
        workers: int = 1,
        logins: tuple[str, ...] = (),
        home: Path | None = None,
        state: Path | None = None,
        settings: str = "",
        domains: tuple[str, ...] = (),
        import_school: bool = True,
        smarthost: str = 'auth = "none"\ntls = "none"',
        environment: Mapping[str, str] | None = None,
        auth: str = "",
        databases: tuple[Database, Database] | None = None,
        node: str = "",
    ) -> Gateway:
        """Write everything a fresh installation has, the demo's directory imported; start nothing yet.

        `databases`: of a PostgreSQL server. Another node on the same two: `import_school=False`, `node` and `state`.
        """
        home = home or Path(tempfile.mkdtemp(prefix="postwacht-gateway-", dir="/var/tmp"))
        state = state or home / "state"
        state.mkdir(exist_ok=True)
        urls = (f"sqlite:///{state}/postwacht.db", f"sqlite:///{state}/keys.db")
        certificate, key = make_certificate(home)
        key_file = home / "master.key"
        if databases:
            urls = (databases[0].url, databases[1].url)
            key_file.write_bytes(base64.b64encode(bytes(range(32))))  # the same for every node
            settings = f'node = "{node}"\n[archive]\nblobs = "{state}"\n{settings}'
        elif import_school:
            shutil.copy(filled() / "master.key", key_file)
            for name in ("postwacht.db", "keys.db"):
                shutil.copy(filled() / "state" / name, state)
        else:
            key_file.write_bytes(base64.b64encode(os.urandom(32)))
        key_file.chmod(0o600)
        (home / "passwords").write_text("".join(f"{login}:{HASH}\n" for login in logins) or f"none@x.test:{HASH}\n")
        (home / "passwords").chmod(0o600)
        ports = free_ports(5)
        school = json.loads((SCHOOL / "school.json").read_text())
        if domains:
            school = {"name": "Bench", "domains": domains, "pupil_domains": [f"leerling.{domains[0]}"]}
        passwords = f'method = "file"\nfile = "{home}/passwords"'
        tables = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in school.items())
        text = f"""
[school]
{tables}
[[listener]]
kind = "submission"
address = "127.0.0.1"
port = {ports[0]}
tls = "starttls"
certificate_file = "{certificate}"
key_file = "{key}"

[[listener]]
kind = "submission"
address = "127.0.0.1"
port = {ports[1]}
tls = "implicit"
certificate_file = "{certificate}"
key_file = "{key}"

[[listener]]
kind = "submission"
address = "127.0.0.1"
port = {ports[2]}
tls = "none"
auth = "network"
networks = ["127.0.0.0/8"]

[smarthost]
host = "127.0.0.1"
port = {smarthost_port}
{smarthost}

[auth]
{auth or passwords}

[store]
url = "{urls[0]}"
keys_url = "{urls[1]}"
key_file = "{home}/master.key"

[web]
address = "127.0.0.1:{ports[3]}"
url = "http://127.0.0.1:{ports[3]}"

[metrics]
address = "127.0.0.1:{ports[4]}"

[workers]
count = {workers}
{settings}
"""
        (home / "postwacht.toml").write_text(text)
        command = [sys.executable, "-m", "gateway", "--config", str(home / "postwacht.toml")]
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(environment or {})}
        self = cls(home, *ports, command, surroundings, state, urls, databases)
        if databases and import_school:
            self.run("directory", "import", str(SCHOOL))
        return self

    @classmethod
    def start(cls, smarthost_port: int, **options: object) -> Gateway:
        """Prepare and serve."""
        self = cls.prepare(smarthost_port, **options)  # type: ignore[arg-type]
        self.serve()
        return self

    def run(self, *arguments: str, check: bool = True, said: str | None = None) -> subprocess.CompletedProcess[str]:
        """One command of `postwacht` with this installation's configuration."""
        done = subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            cwd=ROOT,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def serve(self) -> None:
        """Start the service and wait until it greets and its pages answer."""
        log = (self.home / "log").open("ab")
        self.process = subprocess.Popen(
            [*self.command, "serve"],
            env=self.environment,
            cwd=ROOT,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )
        log.close()
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, f"ended with {self.process.returncode}\n{self.log()[-3000:]}"
            assert time.monotonic() < deadline, f"does not answer within 30 s\n{self.log()[-3000:]}"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether a worker greets on each port and the office's pages answer."""
        try:
            for port in (self.plain_port, self.smtp_port):
                with socket.create_connection(("127.0.0.1", port), timeout=5) as peer:
                    if not peer.recv(64).startswith(b"220"):
                        return False
            return self.get(self.web_port, "/healthz")[0] == 200
        except OSError:
            return False

    @staticmethod
    def get(port: int, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", path)
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The installation's own store, opened beside the service."""
        state = Path(self.state)
        master = MasterKey(base64.b64decode((self.home / "master.key").read_bytes()))
        store = Store.open(*self.urls, master, SystemClock(), state, "test")
        try:
            yield store
        finally:
            await asyncio.to_thread(store.close)

    def case(self, reference: str) -> CaseView:
        """One case as it stands now."""

        async def look() -> CaseView:
            async with self.store() as store:
                return await store.case(reference)

        return asyncio.run(look())

    def log(self) -> str:
        """What the service wrote."""
        path = self.home / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self) -> None:
        """kill -9, the whole tree: the crash."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def end(self, seconds: float = 40) -> int:
        """SIGTERM and wait for the drain."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired as exc:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise AssertionError("the service did not end on SIGTERM\n" + self.log()[-3000:]) from exc
        self.process = None
        return code

    def stop(self) -> None:
        """End it however it stands, and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            try:
                self.end()
            finally:
                shutil.rmtree(self.home, ignore_errors=True)
        else:
            shutil.rmtree(self.home, ignore_errors=True)


@cache
def filled() -> Path:
    """A store with the demo's directory in force, made once a run by the real command, and copied from then on."""
    home = Path(tempfile.mkdtemp(prefix="postwacht-filled-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    Gateway.prepare(1, home=home, import_school=False).run("directory", "import", str(SCHOOL))
    return home


def wait_until(what: object, seconds: float = 20.0, *, every: float = 0.05) -> None:
    """Poll a callable until it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():  # type: ignore[operator]
            return
        time.sleep(every)
    raise AssertionError(f"did not become true within {seconds:g} s: {what}")
