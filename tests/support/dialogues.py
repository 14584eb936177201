"""Dialogues with mail servers that behave in every way we know of, and what becomes of each recipient in them.

Outcomes: `delivered`, `failed` (for good), `waiting` (refused for now, or no answer), per recipient.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from gateway.delivery.session import Deadlines
from gateway.delivery.smarthost import Mail, Smarthost
from gateway.errors import SmarthostError
from tests.support.scripted import DROP, OFFERS, SILENCE

SENDER = "m.devries@school.example"
ANNA, PIET = "anna.bakker@ouders.example", "piet.jansen@ouders.example"
BOTH = (ANNA, PIET)
RAW = b"From: m.devries@school.example\r\nTo: anna.bakker@ouders.example\r\nSubject: Vraag\r\n\r\nTot morgen.\r\n"
# A test that waits for an answer which never comes waits this long; all others have time on the busiest machine.
QUICK_SECONDS = 0.3
PATIENT_SECONDS = 10.0


def deadlines(seconds: float) -> Deadlines:
    return Deadlines(connect=seconds, reply=seconds, piece=seconds, final=seconds)


ALL, NONE, LATER = "delivered", "failed", "waiting"


def mail(raw: bytes = RAW, rcpt_to: tuple[str, ...] = BOTH, **changes: object) -> Mail:
    return Mail(SENDER, rcpt_to, (raw,), size=len(raw), **changes)  # type: ignore[arg-type]


async def ours(
    port: int,
    one: Mail,
    tls: str = "none",
    context: ssl.SSLContext | None = None,
    login: str = "",
    *,
    seconds: float = PATIENT_SECONDS,
) -> list[str]:
    smarthost = Smarthost(
        "127.0.0.1", port, tls, context, login, "geheim", hostname="gate.test", deadlines=deadlines(seconds)
    )
    try:
        return [result.status.value for result in await smarthost.send(one)]
    except SmarthostError:  # the outbox puts everybody back
        return [LATER for _ in one.rcpt_to]
    finally:
        smarthost.close()


@dataclass(frozen=True)
class Dialogue:
    """One way a server may behave, and what becomes of Anna and Piet; `theirs` and `why` only where it differs."""

    expected: tuple[str, str]
    says: dict[str, str] = field(default_factory=dict)
    server: dict[str, object] = field(default_factory=dict)
    theirs: tuple[str, str] | None = None
    why: str = ""

    @property
    def seconds(self) -> float:
        """How long a client may wait for each answer."""
        return QUICK_SECONDS if SILENCE in self.says.values() else PATIENT_SECONDS


NO_PIPELINING = {"offers": tuple(offer for offer in OFFERS if offer != "PIPELINING")}
DIALOGUES = {
    "all is accepted": Dialogue((ALL, ALL)),
    "MAIL is refused for good": Dialogue((NONE, NONE), {"MAIL": "550 5.7.1 Not you"}),
    "MAIL is refused for now": Dialogue((LATER, LATER), {"MAIL": "451 4.3.0 Later"}),
    "one RCPT is refused for good": Dialogue((NONE, ALL), {f"RCPT {ANNA}": "550 5.1.1 Unknown"}),
    "one RCPT is refused for now": Dialogue((ALL, LATER), {f"RCPT {PIET}": "450 4.2.1 Busy"}),
    "one RCPT for now, one for good": Dialogue(
        (NONE, LATER), {f"RCPT {ANNA}": "550 5.1.1 Unknown", f"RCPT {PIET}": "450 4.2.1 Busy"}
    ),
    "every RCPT is refused for good": Dialogue((NONE, NONE), {"RCPT": "550 5.1.1 Unknown"}),
    "every RCPT is refused for now": Dialogue((LATER, LATER), {"RCPT": "450 4.2.1 Busy"}),
    "a RCPT that will be forwarded": Dialogue((ALL, ALL), {f"RCPT {ANNA}": "251 2.1.5 Will forward"}),
    "DATA is refused for good": Dialogue((NONE, NONE), {"DATA": "554 5.5.1 No"}),
    "DATA is refused for now": Dialogue((LATER, LATER), {"DATA": "451 4.3.0 Later"}),
    "refused for good after the dot": Dialogue((NONE, NONE), {"dot": "554 5.6.0 Not this"}),
    "refused for now after the dot": Dialogue((LATER, LATER), {"dot": "452 4.3.1 Full"}),
    "one RCPT refused, the others after the dot": Dialogue(
        (NONE, LATER),
        {f"RCPT {ANNA}": "550 5.1.1 Unknown", "dot": "452 4.3.1 Full"},
        theirs=(LATER, LATER),
        why="aiosmtplib raises what came last and forgets who was refused before",
    ),
    "no greeting": Dialogue((LATER, LATER), {"greeting": SILENCE}),
    "a greeting that refuses": Dialogue((LATER, LATER), {"greeting": "554 5.3.2 Not here"}),
    "a greeting that puts off": Dialogue((LATER, LATER), {"greeting": "421 4.3.2 Too many"}),
    "hangs up before the greeting": Dialogue((LATER, LATER), {"greeting": DROP}),
    "hangs up at EHLO": Dialogue((LATER, LATER), {"EHLO": DROP}),
    "hangs up at MAIL": Dialogue((LATER, LATER), {"MAIL": DROP}),
    "hangs up at the first RCPT": Dialogue((LATER, LATER), {f"RCPT {ANNA}": DROP}),
    "hangs up at the second RCPT": Dialogue((LATER, LATER), {f"RCPT {PIET}": DROP}),
    "hangs up at DATA": Dialogue((LATER, LATER), {"DATA": DROP}),
    "hangs up after the dot": Dialogue((LATER, LATER), {"dot": DROP}),
    "refuses MAIL for good and hangs up": Dialogue((NONE, NONE), {"MAIL": f"554 5.7.1 Go away{DROP}"}),
    "refuses a RCPT for good and hangs up": Dialogue(
        (NONE, LATER),
        {f"RCPT {ANNA}": f"550 5.1.1 Unknown{DROP}"},
        theirs=(LATER, LATER),
        why="a refusal that was heard counts; aiosmtplib forgets it when the next command finds nobody",
    ),
    "refuses DATA for good and hangs up": Dialogue((NONE, NONE), {"DATA": f"554 5.7.1 Go away{DROP}"}),
    "closes with 421 at MAIL": Dialogue((LATER, LATER), {"MAIL": f"421 4.3.2 Closing{DROP}"}),
    "silent at EHLO": Dialogue((LATER, LATER), {"EHLO": SILENCE}),
    "silent at MAIL": Dialogue((LATER, LATER), {"MAIL": SILENCE}),
    "silent at DATA": Dialogue((LATER, LATER), {"DATA": SILENCE}),
    "silent after the dot": Dialogue((LATER, LATER), {"dot": SILENCE}),
    "answers after a while": Dialogue((ALL, ALL), server={"after": 0.01}),
    "replies of many lines": Dialogue(
        (ALL, NONE),
        {
            "greeting": "220-mail.test\r\n220-welcomes\r\n220 you",
            "MAIL": "250-2.1.0 Yes\r\n250 2.1.0 Ok",
            f"RCPT {PIET}": "550-5.1.1 Unknown\r\n550-5.1.1 to all of\r\n550 5.1.1 us",
            "dot": "250-2.0.0 Taken\r\n250 2.0.0 and kept",
        },
    ),
    "replies of a code alone": Dialogue((ALL, NONE), {"MAIL": "250", f"RCPT {PIET}": "550", "dot": "250"}),
    "replies in pieces": Dialogue((ALL, NONE), {f"RCPT {PIET}": "550 5.1.1 Unknown"}, {"slowly": True}),
    "replies ended by a bare LF": Dialogue((ALL, ALL), {"MAIL": "250 2.1.0 Ok\n", "dot": "250 2.0.0 Taken\n"}),
    "replies in Dutch": Dialogue((NONE, NONE), {"dot": "550 5.7.1 Geweigerd: geen ruimte, één voor één graag"}),
    "no PIPELINING": Dialogue((ALL, ALL), server=NO_PIPELINING),
    "no PIPELINING, MAIL refused": Dialogue((NONE, NONE), {"MAIL": "550 5.7.1 Not you"}, NO_PIPELINING),
    "no PIPELINING, one refused": Dialogue((ALL, NONE), {f"RCPT {PIET}": "550 5.1.1 Unknown"}, NO_PIPELINING),
    "no PIPELINING, all refused": Dialogue((NONE, NONE), {"RCPT": "550 5.1.1 Unknown"}, NO_PIPELINING),
    "no PIPELINING, hangs up at RCPT": Dialogue((LATER, LATER), {f"RCPT {ANNA}": DROP}, NO_PIPELINING),
    "HELO only": Dialogue((ALL, ALL), {"EHLO": "502 5.5.1 What is that?"}),
    "EHLO is put off": Dialogue((LATER, LATER), {"EHLO": f"421 4.3.2 Later{DROP}"}),
    "neither EHLO nor HELO": Dialogue((LATER, LATER), {"EHLO": "550 No", "HELO": "550 No"}),
    "garbage for a greeting": Dialogue((LATER, LATER), {"greeting": "HTTP/1.1 400 Bad Request"}),
    "garbage for an answer": Dialogue((LATER, LATER), {"dot": "taken, thank you"}),
    "no bytes of text": Dialogue((LATER, LATER), {"MAIL": "\udcff\udcfe\udc80"}),
    "a code that is none": Dialogue(
        (LATER, LATER),
        {"dot": "999 5.0.0 What"},
        theirs=(NONE, NONE),
        why="RFC 5321 §4.2.1 knows no such code; aiosmtplib takes the number for a refusal",
    ),
    "a yes of the wrong class": Dialogue(
        (LATER, LATER), {"dot": "050 2.0.0 Taken"}
    ),
    "DATA is answered with a yes": Dialogue(
        (LATER, LATER), {"DATA": "250 2.0.0 Taken"}
    ),
    "an endless line": Dialogue((LATER, LATER), {"greeting": "220 " + "x" * 200_000}),
    "RCPT refused, but DATA would go on": Dialogue((NONE, NONE), {"RCPT": "550 5.1.1 Unknown", "DATA": "354 Go on"}),
    "MAIL refused, but the rest would go on": Dialogue((NONE, NONE), {"MAIL": "550 5.7.1 Not you", "RCPT": "250 Ok", "DATA": "354 Go on"}),
}  # fmt: skip
