"""Attachments of messages judged by hand."""

from __future__ import annotations

import base64

import pytest

from gateway.cli.files import Files
from gateway.cli.setting import Stop
from gateway.extraction.pool import ExtractionUnavailable, Extracts
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


def test_where_there_is_no_reader_the_command_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files()

    async def none(_: object) -> None:
        raise ExtractionUnavailable("no nursery")

    monkeypatch.setattr("gateway.extraction.pool.Extractor.started", none)
    with pytest.raises(Stop, match="no nursery"):
        files.read(parse(RAW))
    files.close()
