"""What a message must carry where the peer alone names nobody: the school's tenant, or the header its own rule sets.

Exchange Online shows one certificate and one set of addresses for all its tenants. It writes the tenant's id into each
message and takes such headers away from messages that bring them along; the secret header is set by a rule of the
school.

Promises: total over any bytes. Every header of that name must be right, so one that a stranger brought along spoils
the message instead of passing it. The secret header is taken out here, before anything is kept: like a password, it is
no part of the message.
Fails: never; None is a message that is not the school's.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.message import FIELDS_MAX, HeaderEdit, apply_edits, read_headers

if TYPE_CHECKING:
    from gateway.config import Listener

# Set by Exchange Online on everything that leaves a tenant.
TENANT_HEADER = "x-ms-exchange-crosstenant-id"


@dataclass(frozen=True, slots=True)
class Passport:
    """`tenant_id` and `header` are empty where they are not asked for."""

    tenant_id: str
    header: str
    secrets: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, settings: Listener) -> Passport | None:
        """What this listener asks for; None if nothing."""
        if not settings.tenant_id and not settings.secret_header:
            return None
        secrets = tuple(one.encode("ascii") for one in settings.secrets)
        return cls(settings.tenant_id, settings.secret_header.lower(), secrets)

    def checked(self, raw: bytes) -> bytes | None:
        """The message without its secret header; None if it does not prove where it comes from."""
        headers = read_headers(raw)
        if len(headers) >= FIELDS_MAX:
            return None  # there may be more: one that is wrong, or the secret once again
        if self.tenant_id:
            tenants = [header.value.strip().lower() for header in headers if header.name == TENANT_HEADER]
            if not tenants or any(tenant != self.tenant_id.encode("ascii") for tenant in tenants):
                return None
        if not self.header:
            return raw
        found = [header for header in headers if header.name == self.header]
        if not found or not all(self._knows(header.value.strip()) for header in found):
            return None
        return apply_edits(raw, [HeaderEdit(header.start, header.end, b"") for header in found])

    def _knows(self, value: bytes) -> bool:
        return any([hmac.compare_digest(value, secret) for secret in self.secrets])  # noqa: C419 - all, in equal time
