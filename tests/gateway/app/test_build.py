"""What is made of the configuration before anything runs."""

from __future__ import annotations

import dataclasses
import socket
import ssl
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from gateway.app import build
from gateway.clock import SystemClock
from gateway.config import Config, Dkim, load
from gateway.config.signing import DkimKey
from gateway.delivery.tokens import Endpoint
from gateway.errors import ConfigError
from gateway.smtp.auth import FileChecker, UpstreamChecker
from tests.support.gateway import Gateway
from tests.support.signatures import pem


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    service = Gateway.prepare(1, import_school=False)
    yield load(service.home / "postwacht.toml", {})
    service.stop()


def school(config: Config, **changes: object) -> Config:
    return dataclasses.replace(config, school=dataclasses.replace(config.school, **changes))


@pytest.mark.parametrize(
    ("functions", "address"),
    [
        (("absentie@x.example", "noreply@x.example", "postmaster@x.example"), "postmaster@x.example"),
        (("absentie@x.example", "roosters@x.example"), "absentie@x.example"),
        ((), "postmaster@zilverberg.example"),
    ],
)
def test_our_mails_come_from_the_function_that_fits_best(
    config: Config, functions: tuple[str, ...], address: str
) -> None:
    assert build.our_address(school(config, functional_addresses=functions)) == address


def test_our_name_is_the_machines_if_it_is_qualified(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "relay.school.test")
    assert build.our_hostname(config) == "relay.school.test"
    monkeypatch.setattr(socket, "gethostname", lambda: "relay")
    assert build.our_hostname(config) == "postwacht.zilverberg.example"


def test_a_new_installation_begins_with_the_policy_it_names_or_the_shipped_one(config: Config, tmp_path: Path) -> None:
    assert build.first_policy(config).startswith("# ")
    (tmp_path / "p.toml").write_text("ours")
    ours = dataclasses.replace(config, policy=dataclasses.replace(config.policy, file=tmp_path / "p.toml"))
    assert build.first_policy(ours) == "ours"


def test_passwords_are_looked_up_or_tried_at_the_mail_server(config: Config) -> None:
    assert isinstance(build.checker(config), FileChecker)
    upstream = dataclasses.replace(config, auth=dataclasses.replace(config.auth, method="upstream", file=None))
    assert isinstance(build.checker(upstream), UpstreamChecker)


def test_a_listener_without_tls_shows_no_certificate_and_others_theirs(config: Config) -> None:
    starttls, implicit, plain = config.listeners
    assert build.server_tls(plain) is None
    assert isinstance(build.server_tls(starttls), ssl.SSLContext)
    assert isinstance(build.server_tls(implicit), ssl.SSLContext)


def test_a_certificate_and_a_key_that_do_not_belong_together_are_named(config: Config) -> None:
    listener = config.listeners[0]
    assert listener.key_file is not None
    listener.key_file.write_text("nonsense")
    with pytest.raises(ConfigError) as refused:
        build.server_tls(listener)
    assert refused.value.mistakes[0][0] == "listener.certificate_file"


def test_the_mail_server_must_prove_itself_and_may_ask_for_our_certificate(config: Config) -> None:
    assert build.client_tls(config) is None
    listener = config.listeners[0]
    assert listener.certificate_file is not None
    assert listener.key_file is not None
    both = listener.certificate_file.parent / "both.pem"
    both.write_text(listener.certificate_file.read_text() + listener.key_file.read_text())
    relay = dataclasses.replace(
        config.smarthost, tls="starttls", ca_file=listener.certificate_file, client_certificate=both
    )
    context = build.client_tls(dataclasses.replace(config, smarthost=relay))
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == 1
    without = dataclasses.replace(relay, client_certificate=None)
    assert build.client_tls(dataclasses.replace(config, smarthost=without)) is not None


@pytest.mark.parametrize(
    ("functions", "address"),
    [
        ((), "postmaster@xn--bcher-kva.example"),
        (("ict@bücher.example",), "ict@xn--bcher-kva.example"),
        (("zoë@bücher.example",), "zoë@bücher.example"),
    ],
)
def test_a_school_with_letters_in_its_domain_is_named_so_that_every_server_knows_it(
    config: Config, functions: tuple[str, ...], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = school(config, domains=("bücher.example",), functional_addresses=functions)
    assert build.our_address(named) == address
    monkeypatch.setattr(socket, "gethostname", lambda: "post")
    assert build.our_hostname(named) == "postwacht.xn--bcher-kva.example"


def test_every_key_of_every_domain_is_read_once(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    keys = {
        "een.example": (DkimKey(file=file), DkimKey(file=file, selector="b", first=date(2027, 1, 1))),
        "twee.example": (DkimKey(file=file, until=date(2026, 1, 1), subdomains=True),),
    }
    made = build.signer(dataclasses.replace(config, dkim=Dkim(keys=keys)))
    assert {
        domain: [(key.selector, key.first, key.last, key.subdomains) for key in several]
        for domain, several in made.keys.items()
    } == {
        "een.example": [("postwacht", None, None, False), ("b", date(2027, 1, 1), None, False)],
        "twee.example": [("postwacht", None, date(2026, 1, 1), True)],
    }


async def test_tokens_come_from_where_the_settings_say(config: Config) -> None:
    clock = SystemClock()
    assert build.tokens(config, clock) is None
    relay = dataclasses.replace(config.smarthost, auth="xoauth2", login="post@school.example")
    command = dataclasses.replace(relay, token_command=("printf", "ey.%s", "abc"))
    made = build.tokens(dataclasses.replace(config, smarthost=command), clock)
    assert made is not None
    assert await made.get() == "ey.abc"
    asked = dataclasses.replace(
        relay, token_url="https://login.test/token", client_id="post", client_secret="geheim", scope="mail"
    )
    endpoint = build.tokens(dataclasses.replace(config, smarthost=asked), clock)
    assert endpoint is not None
    assert isinstance(endpoint.source, Endpoint)
    assert (endpoint.source.url, endpoint.source.client_id, endpoint.source.client_secret, endpoint.source.scope) == (
        "https://login.test/token", "post", "geheim", "mail",
    )  # fmt: skip
    assert endpoint.source.context is not None
    assert endpoint.source.context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_two_processes_can_listen_on_one_port(address: str) -> None:
    with build.bound(address, 0) as first:
        port = first.getsockname()[1]
        with build.bound(address, port) as second:
            assert second.getsockname()[:2] == (address, port)
            assert second.proto == socket.IPPROTO_TCP
