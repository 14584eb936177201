"""Handing messages to a running gateway, as short as a flow wants to say it."""

from __future__ import annotations

import smtplib
import uuid
from dataclasses import dataclass

from tests.support.gateway import Gateway

MENTOR, TEACHER = "d.thooft@zilverberg.example", "j.wissink@zilverberg.example"
AYLIN, SANNE = "aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example"


@dataclass(frozen=True)
class Answer:
    """What the client heard, and the message's mark."""

    mark: str
    code: int
    text: str

    @property
    def reference(self) -> str:
        return self.text.rsplit(" ", 1)[-1]


def compose(
    mark: str,
    *,
    sender: str = MENTOR,
    to: tuple[str, ...] = (AYLIN,),
    extra: str = "",
    body: str = "Tot morgen.",
    subject: str = "Uitje",
) -> bytes:
    """A message with a mark the sink counts by."""
    return (
        f"From: {sender}\r\nTo: {', '.join(to)}\r\nSubject: {subject}\r\nMessage-ID: <{mark}@klas.test>\r\nX-Mark: {mark}\r\n"
        f"Date: Mon, 16 Nov 2026 09:00:00 +0100\r\n{extra}\r\n{body}\r\n"
    ).encode()


def hand_over(
    gateway: Gateway,
    *,
    sender: str = MENTOR,
    envelope_sender: str | None = None,
    to: tuple[str, ...] = (AYLIN,),
    mark: str | None = None,
    **parts: str,
) -> Answer:
    """One message over the listener without passwords; the last reply."""
    mark = mark or uuid.uuid4().hex[:12]
    raw = compose(mark, sender=sender, to=to, **parts)  # type: ignore[arg-type]
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        client.ehlo("klas.test")
        code, text = client.mail(sender if envelope_sender is None else envelope_sender)
        for recipient in to:
            if code == 250:
                code, text = client.rcpt(recipient)
        if code == 250:
            code, text = client.data(raw)
    return Answer(mark, code, text.decode())
