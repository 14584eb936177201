"""A real Postfix of our own: Debian's binaries, its own folders, unprivileged ports, loopback only.

It stands for the school's mail server. Everything it accepts lands in one maildir, a file per recipient,
so a test can count what each person received. It starts as root (Postfix wants that) and is ended by its own pid.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

DAEMONS = "/usr/lib/postfix/sbin"

MASTER = """\
127.0.0.1:{port} inet n - n - {smtpd_limit} smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


def free_port() -> int:
    """A port nobody listens on now, on loopback."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many of them, all different: asked for one by one, the same may come twice."""
    with contextlib.ExitStack() as probes:
        found = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in found:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in found]


@dataclass
class Postfix:
    """One instance. `delivered()` reads the maildir; `settings` are extra lines of main.cf."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(
        cls,
        *,
        settings: dict[str, str] | None = None,
        login: tuple[str, str] | None = None,
        people: Mapping[str, str] | None = None,
    ) -> Postfix:
        """`login` is the gateway's own account, `people` are addresses with their passwords."""
        home = Path(tempfile.mkdtemp(prefix="postwacht-postfix-", dir="/var/tmp"))
        home.chmod(0o755)
        port = free_port()
        for name in ("queue", "data", "mail", "conf", "sasl"):
            (home / name).mkdir()
        shutil.chown(home / "data", "postfix")
        shutil.chown(home / "mail", "postfix")
        (home / "domains").write_text("/./ OK\n")
        uid = (home / "data").stat().st_uid
        main = {
            "compatibility_level": "3.6",
            "queue_directory": str(home / "queue"),
            "data_directory": str(home / "data"),
            "daemon_directory": DAEMONS,
            "command_directory": "/usr/sbin",
            "maillog_file": str(home / "log"),
            "maillog_file_prefixes": str(home),
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "myhostname": "mailserver.school.test",
            "mydestination": "",
            "mynetworks": "127.0.0.0/8",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "virtual_mailbox_domains": f"regexp:{home}/domains",
            "virtual_mailbox_maps": "static:all/",
            "virtual_mailbox_base": str(home / "mail"),
            "virtual_uid_maps": f"static:{uid}",
            "virtual_gid_maps": f"static:{grp.getgrnam('postfix').gr_gid}",
            "virtual_minimum_uid": "1",
            "recipient_delimiter": "",
            "smtputf8_enable": "yes",
            "strict_smtputf8": "no",
            "smtpd_peername_lookup": "no",
            "disable_dns_lookups": "yes",
            "in_flow_delay": "0",
            "message_size_limit": "60000000",
            "mailbox_size_limit": "0",
            "virtual_mailbox_limit": "0",
            "smtpd_client_connection_count_limit": "0",
            "alias_maps": "",
            "alias_database": "",
        }
        if login is not None:
            database = home / "sasl" / "sasldb"
            for address, password in {f"{login[0]}@school.test": login[1], **(people or {})}.items():
                user, _, realm = address.partition("@")
                command = ["saslpasswd2", "-p", "-c", "-f", str(database), "-u", realm, user]
                subprocess.run(command, input=password.encode(), check=True)
            shutil.chown(database, "postfix")
            # Debian's build looks in the folder `sasl` of the configuration, whatever cyrus_sasl_config_path says.
            (home / "conf" / "sasl").mkdir()
            (home / "conf" / "sasl" / "smtpd.conf").write_text(
                f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {database}\n",
            )
            main |= {
                "smtpd_sasl_auth_enable": "yes",
                "smtpd_sasl_type": "cyrus",
                "smtpd_sasl_path": "smtpd",
                "smtpd_sasl_local_domain": "school.test",
                "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
            }
        main |= settings or {}
        (home / "conf" / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in main.items()))
        (home / "conf" / "master.cf").write_text(MASTER.format(port=port, smtpd_limit=main.get("smtpd_limit", "-")))
        # `postfix check` makes the queue folders; master alone does not.
        subprocess.run(["postfix", "-c", str(home / "conf"), "check"], check=False, capture_output=True)
        process = subprocess.Popen(
            [f"{DAEMONS}/master", "-c", str(home / "conf"), "-d"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self = cls(home, port, process)
        self._wait_for_banner()
        return self

    def _wait_for_banner(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as peer:
                    if peer.recv(100).startswith(b"220"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("Postfix did not start:\n" + self.log())

    def log(self) -> str:
        """What this instance wrote to its own log."""
        path = self.home / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def delivered(self) -> dict[str, list[bytes]]:
        """Every message that was delivered, by recipient address."""
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.home / "mail" / "all" / "new").glob("*")):
            # Local delivery puts Return-Path, X-Original-To and Delivered-To on top; they are the mail server's, not ours.
            lines = path.read_bytes().split(b"\n", 3)
            address = lines[2].removeprefix(b"Delivered-To: ").decode()
            found.setdefault(address, []).append(lines[3])
        return found

    def wait_for(self, address: str, count: int = 1, seconds: float = 20) -> list[EmailMessage]:
        """The messages of one person, once there are `count` of them; fails with the log otherwise."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            got = self.delivered().get(address, [])
            if len(got) >= count:
                return [email.message_from_bytes(raw, policy=email.policy.default) for raw in got]  # type: ignore[misc]
            time.sleep(0.05)
        raise AssertionError(f"{address} has {len(self.delivered().get(address, []))} of {count}\n{self.log()[-3000:]}")

    def stop(self) -> None:
        """End this instance, and only this one."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
