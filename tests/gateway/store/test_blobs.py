"""Large messages: encrypted while they come in, whole or not there."""

import os
import random
from pathlib import Path

import pytest

from gateway.crypto import Sealer
from gateway.errors import Damaged, Erased, StoreUnavailable
from gateway.store import blobs
from gateway.store.blobs import LUMP_BYTES, MAGIC, PIECE_BYTES, PREFIX_BYTES, TEMPORARY, Blobs
from gateway.store.disposition import BlobRef
from gateway.store.store import Store
from tests.support.stores import House, disposition

NOISE = random.Random(7).randbytes(700_000)
PIECE_ON_DISK = PIECE_BYTES + 16
HEAD = len(MAGIC) + PREFIX_BYTES


async def write(store: Store, raw: bytes, step: int = 64 * 1024) -> BlobRef:
    writer = store.new_blob()
    for start in range(0, len(raw), step):
        await writer.write(raw[start : start + step])
    return await writer.finish()


def read(house: House, blob: BlobRef) -> bytes:
    return Blobs(house.folder / "blobs").read(blob.name, Sealer(blob.key))


@pytest.mark.parametrize(
    "size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, LUMP_BYTES, LUMP_BYTES + 1, 700_000]
)
async def test_what_was_written_comes_back(store: Store, house: House, size: int):
    blob = await write(store, NOISE[:size], step=50_001)
    assert blob.size == size
    assert read(house, blob) == NOISE[:size]


async def test_a_committed_blob_is_the_message(store: Store):
    blob = await write(store, NOISE)
    d = disposition(message=blob)
    await store.commit(d)
    assert await store.read_message(d.reference) == NOISE
    assert (await store.case(d.reference)).message_bytes == len(NOISE)


async def test_mail_that_repeats_itself_is_stored_small(store: Store, house: House):
    blob = await write(store, b"Beste ouders, " * 100_000)
    assert (house.folder / "blobs" / blob.name).stat().st_size < 10_000


@pytest.mark.parametrize("kept", [0, 3, HEAD, HEAD + 10, HEAD + PIECE_ON_DISK, HEAD + 3 * PIECE_ON_DISK, -1])
async def test_a_file_cut_anywhere_is_found(store: Store, house: House, kept: int):
    blob = await write(store, NOISE)
    path = house.folder / "blobs" / blob.name
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    with pytest.raises(Damaged):
        read(house, blob)


async def test_pieces_changed_swapped_repeated_or_added_are_found(store: Store, house: House):
    blob = await write(store, NOISE)
    path = house.folder / "blobs" / blob.name
    whole = path.read_bytes()
    first, second = HEAD + PIECE_ON_DISK, HEAD + 2 * PIECE_ON_DISK
    one, two = whole[HEAD:first], whole[first:second]
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for bad in (
        bytes(flipped),
        whole[:HEAD] + two + one + whole[second:],
        whole[:HEAD] + one + one + whole[second:],
        whole[:HEAD] + two + whole[second:],
        whole + one,
        b"XX" + whole[2:],
        whole[:4] + bytes(PREFIX_BYTES) + whole[HEAD:],
    ):
        path.write_bytes(bad)
        with pytest.raises(Damaged):
            read(house, blob)
    path.write_bytes(whole)
    assert read(house, blob) == NOISE


async def test_a_file_under_anothers_name_does_not_open(store: Store, house: House):
    mine, other = await write(store, NOISE), await write(store, NOISE)
    folder = house.folder / "blobs"
    (folder / other.name).write_bytes((folder / mine.name).read_bytes())
    with pytest.raises(Damaged):
        read(house, other)


async def test_a_missing_file_is_erased_and_an_unreadable_one_unavailable(store: Store, house: House):
    blob = await write(store, NOISE)
    path = house.folder / "blobs" / blob.name
    path.unlink()
    with pytest.raises(Erased):
        read(house, blob)
    path.mkdir()
    with pytest.raises(StoreUnavailable):
        read(house, blob)


async def test_while_it_comes_in_only_a_temporary_file_is_there(store: Store, house: House):
    writer = store.new_blob()
    await writer.write(NOISE)
    (path,) = (house.folder / "blobs").iterdir()
    assert path.suffix == TEMPORARY
    blob = await writer.finish()
    assert [path.name for path in (house.folder / "blobs").iterdir()] == [blob.name]


async def test_an_aborted_message_leaves_nothing(store: Store, house: House):
    writer = store.new_blob()
    await writer.abort()
    await writer.write(NOISE)
    await writer.abort()
    assert list((house.folder / "blobs").iterdir()) == []


async def test_the_file_then_its_name_then_the_folder_are_made_durable(
    store: Store, house: House, monkeypatch: pytest.MonkeyPatch
):
    """A rename the folder has not written down may be forgotten by a crash: then a 250 named a file that is not there."""
    seen: list[tuple[str, str]] = []
    fsync, rename = os.fsync, Path.rename

    def spy_fsync(handle: int) -> None:
        seen.append(("fsync", Path(f"/proc/self/fd/{handle}").readlink().name))
        fsync(handle)

    def spy_rename(self: Path, target: Path) -> Path:
        seen.append(("rename", self.name))
        return rename(self, target)

    writer = store.new_blob()
    await writer.write(NOISE)
    monkeypatch.setattr(blobs.os, "fsync", spy_fsync)
    monkeypatch.setattr(Path, "rename", spy_rename)
    blob = await writer.finish()
    monkeypatch.undo()
    temporary = Path(blob.name).with_suffix(TEMPORARY).name
    assert seen == [("fsync", temporary), ("rename", temporary), ("fsync", "blobs")]


async def test_a_disk_that_does_not_write_is_unavailable(store: Store, house: House):
    import shutil

    writer = store.new_blob()
    shutil.rmtree(house.folder / "blobs")
    with pytest.raises(StoreUnavailable):
        await writer.write(NOISE)


async def test_two_equal_messages_share_nothing(store: Store, house: House):
    one, two = await write(store, NOISE), await write(store, NOISE)
    folder = house.folder / "blobs"
    assert one.name != two.name
    assert (folder / one.name).read_bytes() != (folder / two.name).read_bytes()
    assert one.digest != two.digest


def test_a_file_that_gets_its_final_name_during_a_sweep_is_passed_over(tmp_path: Path):
    folder = Blobs(tmp_path)
    folder.path("kept").write_bytes(b"x")
    folder.path("gone.tmp").symlink_to(tmp_path / "elsewhere")  # a name, and at the look no file
    assert folder.older_than(2**40) == ["kept"]
