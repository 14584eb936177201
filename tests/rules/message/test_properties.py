"""What holds for any bytes, and against the standard library: it never sees somebody or something that we do not."""

import email
import email.header
import email.message
import email.policy
import email.utils
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import canonical_address, parse
from rules.text.tokens import OUTER_MARKS
from tests.support.hostile import holds, messages


@settings(max_examples=150, deadline=None)
@given(messages)
def test_any_bytes_are_read_alike_each_time_and_never_raise(raw: bytes) -> None:
    holds(raw)


local = st.one_of(
    st.text("abcz019", min_size=1, max_size=8),
    st.sampled_from(["jan.de.vries", "jan+school", "_jan", "o'neil", '"jan bos"', '"a,b"', "x-y_z"]),
)
domain = st.sampled_from(["x.nl", "klas.test", "xn--bcher-kva.example", "a.b.c.example", "[192.0.2.1]"])
address = st.builds("{}@{}".format, local, domain)
phrase = st.sampled_from(
    ["", "Jan", '"Bos, Jan"', '"Jan \\"J\\" Bos"', "=?utf-8?Q?Zo=C3=AB?=", "=?utf-8?B?VnJpZXMsIEouIGRl?=", "Jan (papa) Bos", '"w@w.nl"', "J. Bos"]
)  # fmt: skip
mailbox = st.one_of(
    address,
    st.builds("{} <{}>".format, phrase, address),
    st.builds("{} (moeder)".format, address),
    st.builds("<{}>".format, address),
)
group = st.builds(lambda boxes: f"Ouders 3B: {', '.join(boxes)};", st.lists(mailbox, max_size=3))
well_formed = st.lists(st.one_of(mailbox, group), min_size=1, max_size=5).map(", ".join)
damage = st.sampled_from(["", "", "", ",", ";", '"', "(", "<", ">", " ", "@", "\\", ":", "=?", "\r\n "])


DOMAIN = re.compile(r"\w+(-+\w+)*(\.\w+(-+\w+)*)+|\[[0-9.]+\]")


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A list with up to two wrong letters in it."""
    value = draw(well_formed)
    for _ in range(2):
        at = draw(st.integers(0, len(value)))
        value = value[:at] + draw(damage) + value[at:]
    return value


def theirs(raw: bytes, name: str) -> set[str]:
    """Every address either policy of the standard library sees in headers of that name."""
    found: set[str] = set()
    for policy in (email.policy.compat32, email.policy.default):
        message = email.message_from_bytes(raw, policy=policy)
        try:
            values = [str(value) for value in message.get_all(name, [])]
        except (IndexError, ValueError, AttributeError):  # its own parser breaks on some of these
            continue
        found |= {one for _, one in email.utils.getaddresses(values)}
        for value in message.get_all(name, []):
            found |= {box.addr_spec for box in getattr(value, "addresses", ())}
    return {canonical for one in found if (canonical := canonical_address(one)) and "@" in one}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["To", "Cc", "Bcc", "Reply-To", "From"]), st.lists(well_formed, min_size=1, max_size=2))
def test_every_address_the_standard_library_sees_we_see(name: str, values: list[str]) -> None:
    raw = "".join(f"{name}: {value}\r\n" for value in values).encode() + b"\r\nhallo"
    assert theirs(raw, name) <= {box.address for box in parse(raw).mailboxes(name)}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(["To", "Cc", "Bcc", "Reply-To", "From"]), broken())
def test_every_address_of_a_broken_list_that_stands_there_is_seen(name: str, value: str) -> None:
    """Of what the library makes up from pieces only what stands there as a whole counts, with a domain that can be one."""
    raw = f"{name}: {value}\r\n".encode() + b"\r\nhallo"
    unfolded = value.replace("\r\n", "").lower()
    whole = {one for one in theirs(raw, name) if one in unfolded and DOMAIN.fullmatch(one.rpartition("@")[2])}
    ours = {box.address for box in parse(raw).mailboxes(name)}
    # Where the grammar breaks down a mark in front looks like none of the name: the message is held for the break.
    assert {one for one in whole if one not in ours and one.lstrip(OUTER_MARKS) not in ours} == set()


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> bytes:
    """A part with its headers; multiparts nest, some badly closed."""
    kind = draw(st.sampled_from(["leaf", "leaf", "multi", "message"] if depth < 3 else ["leaf"]))
    if kind == "leaf":
        head = draw(
            st.sampled_from(
                [
                    b"",
                    b"Content-Type: text/html\r\n",
                    b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n",
                ]
            )
        )
        return head + b"\r\n" + draw(st.sampled_from([b"hallo\r\n", b"", b"YUB4Lm5s", b"a\r\n\r\nb: c\r\n"]))
    if kind == "message":
        return b"Content-Type: message/rfc822\r\n\r\nSubject: binnen\r\n" + draw(trees(depth + 1))
    mark = b"grens%d%d" % (depth, draw(st.integers(0, 9)))
    parts = draw(st.lists(trees(depth + 1), min_size=1, max_size=3))
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    close = draw(st.sampled_from([b"--" + mark + b"--\r\n", b"--" + mark + b"--", b""]))
    before = draw(st.sampled_from([b"", b"Dit is MIME\r\n"]))
    return b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n' + before + body + close


def their_leaves(message: email.message.Message) -> list[str]:
    """The text of each leaf of the standard library's tree, attached messages opened."""
    found: list[str] = []
    for part in message.walk():
        if not part.is_multipart():
            found.append("".join(str(part.get_payload()).split()))
    return found


def our_leaves(raw: bytes) -> list[str]:
    found: list[str] = []
    for part in parse(raw).parts:
        if part.message is not None:
            found += our_leaves(part.payload)
        else:
            found.append("".join(raw[part.start : part.end].decode("latin-1").split()))
    return found


@settings(max_examples=150, deadline=None)
@given(trees())
def test_every_leaf_the_standard_library_sees_we_see(tree: bytes) -> None:
    raw = b"From: a@x.nl\r\nMIME-Version: 1.0\r\n" + tree
    ours = our_leaves(raw)
    missing = list(their_leaves(email.message_from_bytes(raw)))
    for leaf in ours:
        if leaf in missing:
            missing.remove(leaf)
    assert missing == []
