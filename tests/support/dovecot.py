"""Dovecot's authentication service alone: it asks a token office whether a token is good, and Postfix asks it."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.token_office import TokenOffice

MAIN = """\
base_dir = {home}/run
state_dir = {home}/run
protocols =
log_path = {home}/log
ssl = no
auth_verbose = yes
auth_failure_delay = 0
auth_mechanisms = xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {home}/run/postfix {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
OAUTH = """\
introspection_mode = post
introspection_url = {url}/introspect
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {ca_file}
"""


@dataclass
class Dovecot:
    """One instance; `path` is the socket Postfix asks at."""

    home: Path
    process: subprocess.Popen[bytes]

    @property
    def path(self) -> Path:
        return self.home / "run" / "postfix"

    @classmethod
    def start(cls, home: Path, office: TokenOffice) -> Dovecot:
        home.chmod(0o755)
        (home / "oauth2.conf").write_text(OAUTH.format(url=office.url, ca_file=office.ca_file))
        (home / "dovecot.conf").write_text(MAIN.format(home=home))
        quiet = subprocess.DEVNULL
        command = ["/usr/sbin/dovecot", "-F", "-c", str(home / "dovecot.conf")]
        self = cls(home, subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True))
        deadline = time.monotonic() + 20
        while not self.path.exists():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)
        return self

    def log(self) -> str:
        log = self.home / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(15)
