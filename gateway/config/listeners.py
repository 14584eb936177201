"""The settings of listeners, and of the service accounts behind them: where mail comes in, and whom we believe.

Promises: a relay that would believe anybody is a mistake: it names networks, a certificate, or both, and where other
schools share these (Exchange Online), also what only this school's messages carry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from gateway.config.base import SECRET_SENTENCE, STRICT, Mistakes, authority_mistakes, is_secret, pair_mistakes
from gateway.config.kinds import (
    AccountName,
    Address,
    AnyNetwork,
    Filled,
    Guid,
    IpAddress,
    Network,
    Number,
    PeerName,
    Port,
    ReadableFile,
    Text,
    is_indoors,
    is_loopback,
)

MESSAGE_BYTES_MAX = 25 * 1024 * 1024
# RFC 5321 §4.5.3.1.7: every server must take 64K octets.
MESSAGE_BYTES_LEAST = 64 * 1024
# architecture.md, Split copies: how long copies of one message may be apart.
WINDOW_SECONDS = 10
WINDOW_SECONDS_MAX = 300
# A school behind one address translation is one peer: generous, but not all of a listener's thousand.
CONNECTIONS_PER_ADDRESS = 200
SERVICE_MESSAGES_PER_HOUR = 300
# Certificates and addresses under these names are shared by all customers of Exchange Online.
SHARED_PEERS = ("outlook.com", "outlook.de", "office365.us", "partner.outlook.cn")
# Wider than what any mail service publishes, such a network is a slip of the pen; by IP version, in bits.
WIDEST = {4: 12, 6: 28}
SECRET_HEADER = re.compile(r"X-(?!MS-|Postwacht-)[A-Za-z0-9-]{1,60}", re.IGNORECASE)
RELAY_ONLY = ("peer", "ca_file", "tenant_id", "secret_header", "secret")
RELAY = 'goes only with kind = "relay"'

MessageBytes = Annotated[int, Field(strict=True, ge=MESSAGE_BYTES_LEAST)]
Window = Annotated[int, Field(strict=True, ge=0, le=WINDOW_SECONDS_MAX)]
Limit = Annotated[int, Field(strict=True, ge=0)]


def too_wide(key: str, networks: tuple[Network, ...]) -> Mistakes:
    """Say which networks hold half the internet."""
    for index, network in enumerate(networks):
        if not is_indoors(network) and network.prefixlen < WIDEST[network.version]:
            yield f"{key}[{index}]", f'"{network}" is far too wide: name the addresses of that one service'


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A port we take mail on."""

    kind: Literal["submission", "relay"]
    address: IpAddress
    port: Port
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    certificate_file: ReadableFile | None = None  # PEM: certificate and chain
    key_file: ReadableFile | None = None  # PEM: private key of the certificate
    auth: Literal["required", "network"] | None = None  # of a submission listener; None: required
    networks: tuple[AnyNetwork, ...] = ()  # submission: who may send without AUTH. relay: from where mail is taken
    peer: PeerName = ""  # relay: the name in its certificate; *.example.nl stands for one label more
    ca_file: ReadableFile | None = None  # PEM: who may have signed the peer's certificate, instead of the system's
    tenant_id: Guid = ""  # relay: the school's own tenant of Exchange Online
    secret_header: Text = ""  # relay: name of the header the school's own rule sets
    secret: Text = field(default="", repr=False)  # its value; several lines while it is being changed
    correlation_window: Window | None = None  # seconds copies wait for each other. None: relay 10, submission 0
    proxy_networks: tuple[AnyNetwork, ...] = ()  # balancers: every connection from there begins with a PROXY header
    connections_per_address: Number = CONNECTIONS_PER_ADDRESS  # open at once, from one client address
    connections_per_minute: Limit = 0  # new ones from one client address; 0: no limit
    messages_per_minute: Limit = 0  # from one client address; 0: no limit
    messages_per_hour: Limit = 0  # of one login; 0: no limit
    max_message_bytes: MessageBytes = MESSAGE_BYTES_MAX
    bare_lf: Literal["refuse", "normalise"] = "refuse"

    @property
    def asks_password(self) -> bool:
        """Whether clients sign in here."""
        return self.kind == "submission" and self.auth != "network"

    @property
    def window_seconds(self) -> int:
        """How long copies of one message wait for each other."""
        if self.correlation_window is None:
            return WINDOW_SECONDS if self.kind == "relay" else 0
        return self.correlation_window

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values the secret header may have."""
        return tuple(filter(None, map(str.strip, self.secret.splitlines())))

    @property
    def shared(self) -> bool:
        """Whether others are verified here too: a relay for Exchange Online, or known by public addresses only."""
        if self.kind != "relay":
            return False
        if self.peer:
            return any(self.peer == name or self.peer.endswith(f".{name}") for name in SHARED_PEERS)
        return not all(map(is_indoors, self.networks))

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        if self.tls != "none":
            yield from pair_mistakes(self.tls, self.certificate_file, self.key_file)
        elif self.asks_password and not is_loopback(self.address):
            yield "tls", 'passwords need TLS: "none" goes only with a loopback address or auth = "network"'
        yield from self._relay() if self.kind == "relay" else self._submission()
        yield from too_wide("proxy_networks", self.proxy_networks)

    def _submission(self) -> Mistakes:
        if self.auth == "network" and not self.networks:
            yield "networks", 'is missing: auth = "network" says from where mail is taken without a password'
        if self.asks_password and self.networks:
            yield "networks", 'goes only with auth = "network"'
        for index, network in enumerate(self.networks):
            if not is_indoors(network):
                yield f"networks[{index}]", f'"{network}" is not a loopback or private network'
        for key in RELAY_ONLY:
            if getattr(self, key):
                yield "secret_file" if key == "secret" else key, RELAY
        if self.correlation_window:
            yield "correlation_window", RELAY

    def _relay(self) -> Mistakes:
        if self.auth is not None:
            yield "auth", 'goes only with kind = "submission": a relay is known by "networks", a "peer", or both'
        if not self.networks and not self.peer:
            yield "networks", 'is missing: a relay is known by "networks", by the certificate of a "peer", or by both'
        yield from too_wide("networks", self.networks)
        if self.ca_file is not None and not self.peer:
            yield "ca_file", 'goes only with "peer"'
        yield from authority_mistakes(self.ca_file)
        if self.tls == "none":
            if self.peer:
                yield "peer", 'a certificate is shown over TLS: tls = "none" does not go with it'
            for index, network in enumerate(self.networks):
                if not is_indoors(network):
                    yield f"networks[{index}]", f'"{network}" is not a private network: it needs TLS'
        if self.shared and not self.tenant_id and not self.secret_header:
            yield "tenant_id", 'is missing: others come from there too; this or "secret_header" tells who is the school'
        yield from self._secret()

    def _secret(self) -> Mistakes:
        if self.secret_header and not SECRET_HEADER.fullmatch(self.secret_header):
            yield "secret_header", 'must be a header of the school\'s own, such as "X-School-Gate"'
        if self.secret_header and not self.secrets:
            yield "secret_file", "is missing: secret_header needs it"
        if self.secret and not self.secret_header:
            yield "secret_file", 'goes only with "secret_header"'
        if not all(map(is_secret, self.secrets)):
            yield "secret_file", SECRET_SENTENCE


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An account of what can't sign in, known by its network on a relay listener: printers, school systems."""

    name: AccountName
    address: Address  # who it is: answers and notices go there
    networks: Annotated[tuple[AnyNetwork, ...], Filled]
    senders: tuple[Address, ...] = ()  # addresses it may write as, beside its own
    messages_per_hour: Number = SERVICE_MESSAGES_PER_HOUR

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        yield from too_wide("networks", self.networks)
