"""Exchange Online as a relay meets it: one certificate and one set of addresses for all tenants, re-injection behind.

A client that speaks as its connector does, a Postfix that stands for its inbound connector (TLS, with a client
certificate), and for the outside world behind it.
"""

from __future__ import annotations

import smtplib
import ssl
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificates import Authority, make_certificate
from tests.support.gateway import Gateway
from tests.support.postfix import Postfix, free_ports
from tests.support.talk import AYLIN, MENTOR, Answer, compose

TENANT, OTHER_TENANT = "7f0c3b52-4a7e-4d0b-9c55-1be2d1c6a001", "00000000-4a7e-4d0b-9c55-1be2d1c6a001"
SECRET = "Wielewaal-in-de-populier"
TOKEN = "Kwikstaart-op-het-erf"  # the word behind our guard, which Exchange's own rule looks for
SCANNER, BALANCER = "127.0.0.5", "127.0.0.8"
OUTLOOK = ("mail.protection.outlook.com", "*.mail.protection.outlook.com", "outlook.com")


def tenant(value: str = TENANT) -> str:
    return f"X-MS-Exchange-CrossTenant-Id: {value}\r\nX-MS-Exchange-CrossTenant-AuthAs: Internal\r\n"


def gate(value: str = SECRET) -> str:
    return f"X-Zilverberg-Poort: {value}\r\n"


OURS = tenant() + gate()


@dataclass
class Exchange:
    """The surroundings: `gateway` with its relay listeners, `behind` what it re-injects to, `authority` for peers."""

    folder: Path
    authority: Authority
    behind: Postfix
    gateway: Gateway
    connector: int
    printers: int
    proxied: int
    certificate: Path

    @classmethod
    def start(cls, folder: Path, *, school: Path | None = None) -> Exchange:
        """`school` is a directory to import beside the demo's."""
        folder.chmod(0o755)
        authority = Authority.make(folder)
        certificate, key = make_certificate(folder)
        ours = authority.issue("postwacht.zilverberg.example", common="postwacht.zilverberg.example")
        connector, printers, proxied = free_ports(3)
        behind = Postfix.start(
            settings={
                "smtpd_tls_security_level": "encrypt",
                "smtpd_tls_req_ccert": "yes",
                "smtpd_tls_CAfile": str(authority.file),
                "smtpd_tls_cert_file": str(certificate),
                "smtpd_tls_key_file": str(key),
                # A rule that sends everything for this domain to the gateway, also what came from there.
                "transport_maps": f"inline:{{ {{ kring.example = smtp:[127.0.0.1]:{printers} }} }}",
            }
        )
        secret = folder / "gate.secret"
        secret.write_text(SECRET + "\n")
        gateway = Gateway.prepare(
            behind.port,
            import_school=school is None,
            smarthost=f'tls = "starttls"\nca_file = "{certificate}"\nclient_certificate = "{ours}"',
            environment={"POSTWACHT__SMARTHOST__LOOP_TOKEN": TOKEN},
            settings=f"""
[[listener]]
kind = "relay"
address = "127.0.0.1"
port = {connector}
certificate_file = "{certificate}"
key_file = "{key}"
networks = ["127.0.0.1/32"]
peer = "*.mail.protection.outlook.com"
ca_file = "{authority.file}"
tenant_id = "{TENANT}"
secret_header = "X-Zilverberg-Poort"
secret_file = "{secret}"
correlation_window = 0

[[listener]]
kind = "relay"
address = "127.0.0.1"
port = {printers}
tls = "none"
networks = ["127.0.0.1/32", "{SCANNER}/32"]
correlation_window = 0

[[listener]]
kind = "relay"
address = "127.0.0.1"
port = {proxied}
tls = "implicit"
certificate_file = "{certificate}"
key_file = "{key}"
networks = ["127.0.0.6/32"]
proxy_networks = ["{BALANCER}/32"]
correlation_window = 0

[[service]]
name = "scanners"
address = "scanner@zilverberg.example"
networks = ["{SCANNER}/32"]
senders = ["noreply@zilverberg.example"]
messages_per_hour = 4
""",
        )
        if school is not None:
            gateway.run("directory", "import", str(school))
        gateway.serve()
        shown = authority.issue(*OUTLOOK, common="mail.protection.outlook.com")
        return cls(folder, authority, behind, gateway, connector, printers, proxied, shown)

    def stop(self) -> None:
        self.gateway.stop()
        self.behind.stop()

    def client(self, certificate: Path | None = None, source: str = "127.0.0.1") -> smtplib.SMTP:
        """Exchange's connector, after STARTTLS; it shows the certificate of all tenants, or another."""
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        context.load_cert_chain(certificate or self.certificate)
        client = smtplib.SMTP("127.0.0.1", self.connector, timeout=30, source_address=(source, 0))
        client.ehlo("eur05-am6-obe.outbound.protection.outlook.com")
        client.starttls(context=context)
        client.ehlo("eur05-am6-obe.outbound.protection.outlook.com")
        return client

    def hand(
        self,
        *,
        to: tuple[str, ...] = (AYLIN,),
        sender: str = MENTOR,
        mail_from: str | None = None,
        lines: str = OURS,
        certificate: Path | None = None,
        source: str = "127.0.0.1",
        raw: bytes | None = None,
        options: tuple[str, ...] = (),
        **parts: str,
    ) -> Answer:
        """One message through the connector; the last reply. `lines` are headers Exchange put there."""
        mark = uuid.uuid4().hex[:12]
        data = (
            compose(mark, sender=sender, to=to, extra=lines + parts.pop("extra", ""), **parts) if raw is None else raw
        )
        with self.client(certificate, source) as client:
            return Answer(mark, *said(client, sender if mail_from is None else mail_from, to, data, options))


def said(
    client: smtplib.SMTP, mail_from: str, to: tuple[str, ...], data: bytes, options: tuple[str, ...] = ()
) -> tuple[int, str]:
    """One transaction; the last reply."""
    if "SMTPUTF8" in options:
        client.command_encoding = "utf-8"
    code, text = client.docmd("MAIL", f"FROM:<{mail_from}>{''.join(f' {word}' for word in options)}")
    for recipient in to:
        if code == 250:
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
    if code == 250:
        code, text = client.data(data)
    return code, text.decode()


def folder() -> tempfile.TemporaryDirectory[str]:
    """A folder the mail server's own accounts may read."""
    return tempfile.TemporaryDirectory(prefix="postwacht-exchange-", dir="/var/tmp")
