"""A worker's name belongs to one process at a time."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from gateway.app.name import take_name
from gateway.errors import StoreUnavailable


async def test_a_second_process_does_not_get_the_name(tmp_path: Path) -> None:
    held = await take_name(tmp_path, "smtp1")
    with pytest.raises(StoreUnavailable, match="smtp1"):
        await take_name(tmp_path, "smtp1", wait_seconds=0.15)
    other = await take_name(tmp_path, "smtp2", wait_seconds=0.1)
    os.close(held)
    os.close(other)


async def test_the_name_is_waited_for_while_its_owner_drains(tmp_path: Path) -> None:
    held = await take_name(tmp_path, "smtp1")
    waiting = asyncio.create_task(take_name(tmp_path, "smtp1"))
    await asyncio.sleep(0)
    assert not waiting.done()
    os.close(held)
    os.close(await waiting)


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        await take_name(tmp_path / "nowhere", "smtp1")
