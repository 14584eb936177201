"""Bytes that look like winmail.dat to somebody: streams whose pieces fit badly, and good ones that were damaged."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from tests.support import tnef as write

values = st.one_of(st.text("ab@.x\0é", max_size=12).map(lambda text: text.encode("utf-16-le")), st.binary(max_size=12))
property_lists = st.lists(
    st.builds(
        lambda number, kind, many: struct.pack("<HH", kind, number) + many,
        st.sampled_from([0x1000, 0x1009, 0x1013, 0x0037, 0x3701, 0x3707, 0x370E, 0x007D, 0x3FDE, 0x0C1F, 0x8001]),
        st.sampled_from([2, 3, 0xB, 0xD, 0x1E, 0x1F, 0x102, 0x101F, 0x1003, 0x40, 0x48, 0x99]),
        st.lists(values, max_size=3).map(lambda many: struct.pack("<I", len(many)) + b"".join(map(write.sized, many))),
    ),
    max_size=4,
).map(lambda written: write.properties(*written))
attributes = st.builds(
    lambda name, data, level, checksum: write.attribute(name, data, level=level, checksum=checksum),
    st.sampled_from(
        [write.PROPERTIES, write.PROPERTIES, write.RECIPIENTS, write.BODY, write.SUBJECT, write.FROM, write.CODEPAGE, write.FILE_STARTS,
         write.FILE_DATA, write.FILE_TITLE, write.FILE_PROPERTIES, 0x12345678]
    ),
    st.one_of(property_lists, property_lists.map(lambda data: write.table([data])), st.binary(max_size=40), st.just(write.outlook("x")[:300])),
    st.sampled_from([1, 2, 1, 2, 0]),
    st.sampled_from([None, None, None, 0]),
)  # fmt: skip
streams = st.one_of(
    st.binary(max_size=80),
    st.binary(max_size=80).map(b"\x78\x9f\x3e\x22\1\0".__add__),
    st.lists(attributes, max_size=8).map(lambda parts: write.stream(*parts)),
)

SEEDS = [
    write.outlook("Mail a@b.nl \\ {é} 😀", files=write.file("a.csv", b"a@b.nl;c") + write.embedded("m", write.exchange(("Jan", "a@b.nl")))),
    write.exchange(("Jan", "a@b.nl"), ("Piet", "c@d.nl"), html="<p>Mail <a href=mailto:a@b.nl>ons</a>"),
    write.stream(
        write.attribute(write.FROM, write.triple("Jan", "a@b.nl")),
        write.attribute(write.BODY, b"Mail a@b.nl"),
        write.attribute(
            write.PROPERTIES,
            write.properties(
                write.prop(0x1009, write.BINARY, write.compressed(write.rtf_of_html("<p>", "Mail ", "<a href=mailto:a@b.nl>", "ons"))),
                write.wide(write.named("Namen"), "Jan", "a@b.nl"),
                write.prop(0x0C19, write.BINARY, write.one_off("Jan", "a@b.nl")),
            ),
        ),
        write.file("a.eml", b"From: a@b.nl\r\nTo: c@d.nl\r\nSubject: x\r\n\r\nhallo"),
    ),
]  # fmt: skip
PIECES = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x1f\0",
    b"\x02\x01\x09\x10\1\0\0\0",
    b"LZFu",
    b"{\\rtf1",
    b"\\bin9 ",
    b"\x78\x9f\x3e\x22\1\0",
    b"\1\3\x90\6\0",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good stream with a few places cut, doubled, overwritten or filled."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        put = draw(
            st.one_of(st.just(b""), st.just(data[start:end] * 2), st.sampled_from(PIECES), st.binary(max_size=4))
        )
        data = data[:start] + put + data[end:]
    return data
