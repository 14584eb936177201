"""The dialogues of tests/dialogues/compared, had with the real service and with a real Postfix, and compared.

The service hands what it takes to a second Postfix that believes every end of a message there is: so each sequence that
came in is also proved on its way out.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.certificates import make_certificate
from tests.support.compared import FROM, LETTERS, Compared, Result, bodies, count, read_all, speak
from tests.support.gateway import PASSWORD, ROOT, Gateway, wait_until
from tests.support.postfix import Postfix, free_port

DIALOGUES = read_all()
PAGE = ROOT / "docs/differences-from-postfix.md"
MESSAGE_BYTES_MAX = 300_000
AT_ONCE = 6
CAUSES_MAX = 20
# How the Postfix is set that ours is held to, beside what tests/support/postfix.py gives every one.
STRICT = {
    "smtpd_forbid_bare_newline": "normalize",
    "smtpd_forbid_bare_newline_exclusions": "",
    "smtpd_forbid_unauth_pipelining": "yes",
    "smtpd_relay_restrictions": "permit_mynetworks, permit_sasl_authenticated, reject",
    "smtpd_tls_security_level": "may",
    "smtpd_tls_auth_only": "yes",
    "smtpd_error_sleep_time": "0",
    "message_size_limit": str(MESSAGE_BYTES_MAX),
}
LISTENER = """
[[listener]]
kind = "submission"
address = "127.0.0.1"
port = {port}
tls = "starttls"
certificate_file = "{certificate}"
key_file = "{key}"
auth = "network"
networks = ["127.0.0.0/8"]
max_message_bytes = {size}
bare_lf = "{bare_lf}"
"""


@dataclass(frozen=True)
class Run:
    """What each server made of each dialogue, and what became of it behind them."""

    ours: dict[str, Result]
    postfix: dict[str, Result]
    delivered: dict[str, list[bytes]]
    delivered_by_postfix: dict[str, list[bytes]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with ExitStack() as surroundings:
        folder = Path(surroundings.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp")))
        folder.chmod(0o755)
        certificate, key = make_certificate(folder)
        tls = {"smtpd_tls_cert_file": str(certificate), "smtpd_tls_key_file": str(key)}
        strict = Postfix.start(login=("gateway", "Smidse-77-Anker"), people={FROM: PASSWORD}, settings=STRICT | tls)
        surroundings.callback(strict.stop)
        naive = Postfix.start(settings={"smtpd_forbid_bare_newline": "no", "smtpd_forbid_unauth_pipelining": "no"})
        surroundings.callback(naive.stop)
        ports = {"network": free_port(), "normalise": free_port()}
        settings = "".join(
            LISTENER.format(
                port=port, certificate=certificate, key=key, size=MESSAGE_BYTES_MAX,
                bare_lf="normalise" if name == "normalise" else "refuse",
            )
            for name, port in ports.items()
        )  # fmt: skip
        gateway = Gateway.start(naive.port, logins=(FROM,), settings=settings)
        surroundings.callback(gateway.stop)
        ports["password"] = gateway.smtp_port
        yield asyncio.run(compare(gateway, ports, strict, naive))


async def compare(gateway: Gateway, ports: dict[str, int], strict: Postfix, naive: Postfix) -> Run:
    trust = ssl.create_default_context()
    trust.check_hostname = False
    trust.verify_mode = ssl.CERT_NONE  # whom to trust is another test's affair
    ours: dict[str, Result] = {}
    postfix: dict[str, Result] = {}
    places = asyncio.Semaphore(AT_ONCE)

    async def both(one: Compared) -> None:
        async with places:
            ours[one.id] = await speak(ports[one.listener], one, trust)
            postfix[one.id] = await speak(strict.port, one, trust)

    await asyncio.gather(*(both(one) for one in DIALOGUES))
    async with gateway.store() as store, asyncio.timeout(60):
        while await store.outbox_size():
            await asyncio.sleep(0.1)
    for server in (strict, naive):
        await asyncio.to_thread(wait_until, lambda server=server: not queued(server))
    here, there = naive.delivered(), strict.delivered()
    for one in DIALOGUES:
        ours[one.id].delivered, postfix[one.id].delivered = count(one, here), count(one, there)
        other = [bool(a and b and a != b) for a, b in zip(bodies(one, here), bodies(one, there), strict=True)]
        marks = dict(zip(LETTERS.values(), other, strict=True))
        ours[one.id].delivered = [word + "*" * marks[word[0]] for word in ours[one.id].delivered]
    return Run(ours, postfix, here, there)


def queued(server: Postfix) -> list[Path]:
    """What a Postfix has not delivered yet."""
    names = ("maildrop", "incoming", "active", "deferred")
    return [path for name in names for path in (server.home / "queue" / name).rglob("*") if path.is_file()]


@pytest.mark.parametrize("one", DIALOGUES, ids=lambda one: one.id)
def test_each_server_does_as_is_written(one: Compared, run: Run) -> None:
    """Where both do the same one line says it; where they differ the table says what each does, and because of what."""
    got = run.ours[one.id], run.postfix[one.id]
    told = f"{one}\n{got[0]} {got[0].heard}\n{got[1]} {got[1].heard}"
    assert str(got[0]) == one.ours, told
    assert str(got[1]) in one.postfix.split(" OR "), told
    assert bool(one.because) == (one.ours != one.postfix)


def test_the_dialogues_are_many_and_their_causes_few() -> None:
    causes = {cause for one in DIALOGUES for cause in one.because.split("; ") if cause}
    assert len(DIALOGUES) >= 120
    assert len(causes) <= CAUSES_MAX


def test_the_page_explains_exactly_the_differences_there_are() -> None:
    explained = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted({cause for one in DIALOGUES for cause in one.because.split("; ") if cause})


def test_where_bodies_differ_no_letter_is_lost(run: Run) -> None:
    """A mended message has other line ends, no NUL, and a dot less: nothing else."""
    differ = [one for one in DIALOGUES if "*" in one.ours]
    assert differ
    for one in differ:
        for got, theirs in zip(bodies(one, run.delivered), bodies(one, run.delivered_by_postfix), strict=True):
            if (
                got and theirs and all(theirs)
            ):  # of a message without any LF the Postfix makes a header and nothing else
                assert [letters(body) for body in got] == [letters(body) for body in theirs]
            assert not any(b"\0" in body or b"\r" in body for body in got)


def letters(body: bytes) -> bytes:
    return re.sub(rb"[\s\0.]+", b"", body)


def test_nothing_leaves_for_anybody_whom_no_dialogue_names(run: Run) -> None:
    """What was smuggled past us would be heard by the Postfix behind us, which believes any end of a message."""
    named = {f"{letter}.{one.id}@dialoog.example" for one in DIALOGUES for letter in LETTERS.values()}
    assert set(run.delivered) <= named | {FROM}
    smuggled = {one.id for one in DIALOGUES if f"e.{one.id}@dialoog.example" in run.delivered}
    assert smuggled == {one.id for one in DIALOGUES if " e" in one.ours}


def test_no_reply_of_ours_is_an_inside_fault_or_names_anybody(run: Run) -> None:
    for one in DIALOGUES:
        for line in run.ours[one.id].heard:
            assert line.endswith(b"\r\n"), one
            assert not line.startswith(b"451"), one
            assert b"@" not in line, one
