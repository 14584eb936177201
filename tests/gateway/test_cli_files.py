"""Attachments of messages judged by hand."""

from __future__ import annotations

import base64

from gateway.cli.files import Files
from gateway.extraction.pool import Extracts
from rules.message import parse
from tests.support.papers import pdf

HEAD = (
    b"From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)
RAW = HEAD + base64.encodebytes(pdf("Planning")).replace(b"\n", b"\r\n")


def test_files_are_read_one_message_after_the_other() -> None:
    files = Files()
    assert files.read(parse(b"From: a@b.test\r\n\r\nDag\r\n")) == Extracts()
    assert ["Planning" in one.text for _ in range(2) for one in files.read(parse(RAW)).texts] == [True, True]
    files.close()
    files.close()
