"""Who is let in at a listener's door: by network, by certificate, and which service account a network stands for.

Promises: with `networks` and `peer` both set a client needs both; a certificate counts only as TLS verified it, and by
the names in its subjectAltName alone (RFC 9525 §6.3: the common name proves nothing). Whoever has no address, because a
balancer speaks for itself, sends nothing. What was looked up for an address is remembered, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from gateway.pipeline.received import Account

if TYPE_CHECKING:
    from gateway.config import Listener, Service

REMEMBERED_MAX = 1000


@dataclass(slots=True)
class Admission:
    """The rules of one listener."""

    settings: Listener
    services: tuple[Service, ...] = ()
    _known: dict[str, tuple[bool, Account | None]] = field(default_factory=dict)

    def admits(self, peer: str, names: Iterable[str] = ()) -> bool:
        """Whether mail is taken from this address without a password; `names` stand in its verified certificate."""
        if not peer or not self._look(peer)[0]:
            return False
        return not self.settings.peer or any(fits(self.settings.peer, name) for name in names)

    def account(self, peer: str) -> Account | None:
        """The service account of this address; None where people write."""
        return self._look(peer)[1] if self.services and self.settings.kind == "relay" else None

    def _look(self, peer: str) -> tuple[bool, Account | None]:
        if peer not in self._known:
            address = plain_address(peer)
            within = [
                (network.prefixlen, service)
                for service in self.services
                for network in service.networks
                if address in network
            ]
            narrowest = max(within, key=lambda one: one[0], default=None)
            account = None
            if narrowest is not None:
                service = narrowest[1]
                senders = frozenset((service.address, *service.senders))
                account = Account(service.name, service.address, senders, service.messages_per_hour)
            if len(self._known) > REMEMBERED_MAX:
                self._known.clear()
            networks = self.settings.networks
            inside = any(address in network for network in networks) or (not networks and bool(self.settings.peer))
            self._known[peer] = inside, account
        return self._known[peer]


def plain_address(peer: str) -> IPv4Address | IPv6Address:
    """The address of a socket; one for both families shows an IPv4 peer in an IPv6 coat, and a link in its scope."""
    address = ip_address(peer.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def names_in(certificate: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The DNS names of a certificate that was verified, as `ssl` gives it; none if none was shown."""
    return tuple(str(name) for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS")


def fits(pattern: str, name: str) -> bool:
    """Whether a certificate's name is the one wanted; `*.` in the pattern is any one label, a star in the name too."""
    given = name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return given == pattern
    label, dot, rest = given.partition(".")
    return bool(label and dot) and rest == pattern[2:]
