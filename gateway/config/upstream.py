"""The settings of the real mail server: where it is, how it knows us, and where our tokens come from.

Promises: as in tables.py.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gateway.config.base import SECRET_SENTENCE, STRICT, Mistakes, is_secret
from gateway.config.kinds import Host, HttpsUrl, Number, Port, ReadableFile, Text, Words, is_loopback

Minutes = Annotated[int, Field(strict=True, ge=0)]


def _client_mistakes(certificate: Path, key: Path | None) -> Mistakes:
    """Say what is wrong with a certificate we show to a server."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except ssl.SSLError:
        yield "client_certificate", "is no PEM certificate with its key, in the same file or in client_key"


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Smarthost:
    """The real mail server: the one way out of the building."""

    host: Host
    port: Port = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: ReadableFile | None = None  # PEM: trust these instead of the system's authorities
    client_certificate: ReadableFile | None = None  # PEM: certificate (and key) by which the server knows us
    client_key: ReadableFile | None = None  # PEM: its key, if that is in a file of its own
    auth: Literal["none", "password", "xoauth2"] = "none"
    login: Text = ""
    password: Text = field(default="", repr=False)  # only from password_file, a credential or the environment
    token_command: tuple[Words, ...] = ()  # prints an access token; program and arguments, no shell
    token_url: HttpsUrl = ""  # or: a token endpoint (RFC 6749 §4.4), asked as client_id with client_secret
    token_ca_file: ReadableFile | None = None  # PEM: trust these for token_url instead of the system's authorities
    client_id: Text = ""
    client_secret: Text = field(default="", repr=False)  # only from client_secret_file, a credential, the environment
    scope: Text = ""
    loop_token: Text = field(default="", repr=False)  # behind our guard: by it the server knows what comes from us
    max_connections: Number = 8  # kept open and shared by all messages of a process
    delay_notice_minutes: Minutes = 240  # a sender hears that mail is late after this long; 0: never

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read what is said to this server."""
        return self.tls != "none" or is_loopback(self.host)

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        if self.loop_token and not is_secret(self.loop_token):
            yield "loop_token_file", SECRET_SENTENCE
        for key, wanted, value in (
            ("login", self.auth != "none", self.login),
            ("password_file", self.auth == "password", self.password),
        ):
            if wanted and not value:
                yield key, f'is missing: auth = "{self.auth}" needs it'
        if self.auth != "none" and not self.private:
            what = "password" if self.auth == "password" else "token"
            yield "tls", f'a {what} needs TLS: "none" goes only with a server on this machine'
        if self.auth == "none" and self.login:
            yield "login", 'goes only with auth = "password" or "xoauth2"'
        if self.auth != "password" and self.password:
            yield "password_file", 'goes only with auth = "password"'
        yield from self._token_mistakes()
        if self.tls == "none":
            for key in ("ca_file", "client_certificate", "client_key"):
                if getattr(self, key) is not None:
                    yield key, 'goes only with tls = "starttls" or "implicit"'
        elif self.client_certificate is not None:
            yield from _client_mistakes(self.client_certificate, self.client_key)
        elif self.client_key is not None:
            yield "client_certificate", "is missing: client_key belongs to it"

    def _token_mistakes(self) -> Mistakes:
        endpoint = {"client_id": self.client_id, "client_secret_file": self.client_secret}
        others = {"token_ca_file": self.token_ca_file, "scope": self.scope}
        if self.auth != "xoauth2":
            ways = {"token_command": self.token_command, "token_url": self.token_url}
            for key, value in (ways | endpoint | others).items():
                if value:
                    yield key, 'goes only with auth = "xoauth2"'
        elif self.token_command and self.token_url:
            yield "token_url", "goes not with token_command: a token comes from one of them"
        elif self.token_command:
            for key, value in (endpoint | others).items():
                if value:
                    yield key, "goes only with token_url"
        elif not self.token_url:
            yield "token_url", 'is missing: auth = "xoauth2" needs it, or token_command'
        else:
            for key, value in endpoint.items():
                if not value:
                    yield key, "is missing: token_url needs it"
