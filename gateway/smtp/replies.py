"""Every reply we give, in one table. A test checks that both codes agree.

Promises: what a client reads names the reference and, for a block, the clause; never a person, never our inside.
Source: RFC 5321 §4.2, RFC 2034, RFC 3463.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.pipeline.received import Answer, Outcome

# RFC 5321 §4.5.3.1.5: 512 octets with code and CRLF.
TEXT_CHARACTERS_MAX = 450
# A copy of a blocked message that would have passed by itself.
REFUSED = "This message was stopped."


@dataclass(frozen=True, slots=True)
class Reply:
    """Code, enhanced code, text."""

    code: int
    enhanced: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced} {self.text}"

    @property
    def refused(self) -> bool:
        """Whether the client is told no, now or for good."""
        return self.code >= 400


OK = Reply(250, "2.0.0", "Ok")
SENDER_OK = Reply(250, "2.1.0", "Ok")
RECIPIENT_OK = Reply(250, "2.1.5", "Ok")
BYE = Reply(221, "2.0.0", "Bye")
READY_FOR_TLS = Reply(220, "2.0.0", "Ready to start TLS")
AUTHENTICATED = Reply(235, "2.7.0", "Authentication succeeded")
CANNOT_VERIFY = Reply(252, "2.5.0", "Cannot verify, but will take mail")

CLOSING = Reply(421, "4.3.2", "Service is shutting down")
TOO_MANY_CONNECTIONS = Reply(421, "4.7.0", "Too many connections")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many errors")
TIMED_OUT = Reply(421, "4.4.2", "Timed out")
TRY_LATER = Reply(451, "4.3.0", "Temporary problem, please try again")
DISK_LOW = Reply(452, "4.3.1", "Not enough room, please try again later")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients")
TOO_MANY_MESSAGES = Reply(452, "4.5.3", "Too many messages, try again later")
THROTTLED = Reply(454, "4.7.0", "Too many attempts, try again later")
LOGIN_UNCHECKED = Reply(454, "4.7.0", "Temporary authentication failure")

SYNTAX = Reply(501, "5.5.2", "Syntax error")
BAD_COMMAND = Reply(500, "5.5.2", "Command not recognised")
LINE_TOO_LONG = Reply(500, "5.5.2", "Line too long")
NO_WEB_SERVER = Reply(554, "5.5.1", "This is a mail server")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Command not implemented")
BAD_SEQUENCE = Reply(503, "5.5.1", "Bad sequence of commands")
NO_RECIPIENTS = Reply(554, "5.5.1", "No valid recipients")
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "Unknown authentication mechanism")
UNKNOWN_PARAMETER = Reply(555, "5.5.4", "Unknown parameter")
FOREIGN = Reply(550, "5.7.1", "Mail from this network is not taken here")
UNVERIFIED = Reply(550, "5.7.1", "This message does not prove that it comes from here")
STARTTLS_NEEDED = Reply(530, "5.7.0", "Must issue a STARTTLS command first")
LOGIN_NEEDED = Reply(530, "5.7.0", "Authentication required")
TLS_NEEDED = Reply(538, "5.7.11", "Encryption required")
LOGIN_FAILED = Reply(535, "5.7.8", "Authentication failed")
TOO_LARGE = Reply(552, "5.3.4", "Message is too large")
BAD_ADDRESS = Reply(553, "5.1.3", "Bad address")
NOT_YOURS = Reply(553, "5.7.1", "This is not your own address")

_FIXED = {
    Answer.NOT_YOURS: NOT_YOURS,
    Answer.DISK_LOW: DISK_LOW,
    Answer.TRY_LATER: TRY_LATER,
}


def reply_to(outcome: Outcome) -> Reply:
    """Say what became of a message."""
    match outcome.answer:
        case Answer.ACCEPTED:
            return Reply(250, "2.0.0", f"Accepted, reference {outcome.reference}")
        case Answer.HELD:
            return Reply(250, "2.0.0", f"Held for review, reference {outcome.reference}")
        case Answer.BLOCKED:
            clause = f"{outcome.clause}: " if outcome.clause else ""
            text = f"{clause}{outcome.sentence or REFUSED}"[:TEXT_CHARACTERS_MAX]
            return Reply(550, "5.7.1", f"{text} Reference {outcome.reference}")
        case Answer.MALFORMED:
            return Reply(550, "5.6.0", f"Bare CR, LF or NUL in the message. Reference {outcome.reference}")
        case other:
            return _FIXED[other]
