"""Writes compound files (MS-CFB) as small as a test needs them: streams by path, no mini stream."""

import struct

SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_MINI = 4096  # streams under this size would live in the mini stream


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams; a slash in a name makes a storage."""
    entries = [["Root Entry", 5, [], b""]]
    folders = {"": 0}
    for path, data in streams.items():
        parent = ""
        *above, name = path.split("/")
        for folder in above:
            inner = f"{parent}/{folder}"
            if inner not in folders:
                folders[inner] = len(entries)
                entries[folders[parent]][2].append(len(entries))
                entries.append([folder, 1, [], b""])
            parent = inner
        entries[folders[parent]][2].append(len(entries))
        entries.append([name, 2, [], data.ljust(_MINI, b"\0")])
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
        for piece in pieces:
            sectors.append(piece)
            fat.append(len(sectors))
        fat[-1] = _END
        return first

    siblings = {}
    for _, _, kids, _ in entries:
        for kid, following in zip(kids, [*kids[1:], _NONE], strict=False):
            siblings[kid] = following
    directory = b""
    for number, (name, kind, kids, data) in enumerate(entries):
        wide = name.encode("utf-16-le") + b"\0\0"
        start, size = (put(data), len(data)) if kind == 2 else (_END if kind == 5 else 0, 0)
        directory += struct.pack(
            "<64sHBBIII16sIQQIQ",
            wide, len(wide), kind, 1, _NONE, siblings.get(number, _NONE), kids[0] if kids else _NONE, b"", 0, 0, 0,
            start, size,
        )  # fmt: skip
    blank = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, _NONE, _NONE, _NONE, b"", 0, 0, 0, 0, 0)
    directory += blank * (-(len(directory) // 128) % 4)
    directory_at = put(directory)
    count = 1
    while (len(fat) + count) * 4 > count * SECTOR:
        count += 1
    fat_at = len(sectors)
    table = fat + [_FAT] * count
    table += [_FREE] * (count * SECTOR // 4 - len(table))
    body = struct.pack(f"<{len(table)}I", *table)
    sectors.extend(body[at : at + SECTOR] for at in range(0, len(body), SECTOR))
    places = [fat_at + number for number in range(count)] + [_FREE] * (109 - count)
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, count, directory_at, 0, _MINI, _END, 0,
        _END, 0, *places,
    )  # fmt: skip
    return head + b"".join(sectors)


def word(text: str, *, wide: str = "", flags: int = 0) -> bytes:
    """A Word document of two pieces: one octet a letter, then two."""
    narrow = text.encode("cp1252")
    body = narrow + wide.encode("utf-16-le")
    main = bytearray(0x800) + body
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, flags)
    ends = (0, len(text), len(text) + len(wide))
    pieces = [0x4000_0000 | 2 * 0x800, 0x800 + len(narrow)]
    plc = struct.pack("<3I", *ends) + b"".join(struct.pack("<HIH", 0, place, 0) for place in pieces)
    table = b"\x01" + struct.pack("<H", 3) + b"abc" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(main), "0Table": table})


def record(kind: int, data: bytes, *, container: bool = False) -> bytes:
    """A record of PowerPoint."""
    return struct.pack("<HHI", 0xF if container else 0, kind, len(data)) + data


def outlook(texts: dict[str, str], files: list[tuple[str, bytes]] = (), nested: dict[str, str] | None = None) -> bytes:
    """A message of Outlook's."""
    streams = {"__properties_version1.0": b"\0" * 32}
    streams |= {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in texts.items()}
    for number, (name, data) in enumerate(files):
        storage = f"__attach_version1.0_#{number:08X}"
        streams[f"{storage}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        # A text is filled up with line ends: zeros would make it none.
        streams[f"{storage}/__substg1.0_37010102"] = data if b"\0" in data else data.ljust(_MINI, b"\n")
    if nested is not None:
        storage = "__attach_version1.0_#000000FF/__substg1.0_3701000D"
        streams[f"{storage}/__properties_version1.0"] = b"\0" * 32
        streams |= {f"{storage}/__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in nested.items()}
    return compound(streams)
