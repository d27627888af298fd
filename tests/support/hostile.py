"""Hostile photos and workbooks: a few kilobytes that cost a careless reader minutes or gigabytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

SOS, DHT, END = 0xDA, 0xC4, 0xD9
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# ---- photos
def progressive(scans: int, side: int = 4000) -> bytes:
    """A progressive JPEG whose last refinement is repeated: some 30 bytes for another pass over all pixels."""
    out = io.BytesIO()
    Image.new("L", (side, side), 255).save(out, "JPEG", quality=20, progressive=True)
    segments = _segments(out.getvalue())
    last = max(index for index, (marker, _) in enumerate(segments) if marker == SOS)
    before = segments[last - 1][1] if segments[last - 1][0] == DHT else b""
    return b"\xff\xd8" + b"".join(raw for _, raw in segments) + (before + segments[last][1]) * scans + b"\xff\xd9"


def _segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 2
    while jpeg[at + 1] != END:
        marker, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == SOS:
            while jpeg[end] != 0xFF or jpeg[end + 1] in (0, *range(0xD0, 0xD8)):
                end += 1
        found.append((marker, jpeg[at:end]))
        at = end
    return found


def png_bomb(side: int = 8000) -> bytes:
    """A PNG of a few kilobytes with 64 million pixels."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(1 + side // 8)) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    )


def webp_bomb(side: int = 16_383) -> bytes:
    """The beginning of a WebP that claims 268 million pixels."""
    body = bytes(4) + (side - 1).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", 4 + 8 + len(body)) + b"WEBPVP8X" + struct.pack("<I", len(body)) + body


def heic_bomb(side: int = 8000) -> bytes:
    """A HEIC that claims 64 million pixels."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (512, 512), "white").save(out, "HEIF", quality=10)
    size = struct.pack(">4sIII", b"ispe", 0, 512, 512)
    assert size in out.getvalue()
    return out.getvalue().replace(size, struct.pack(">4sIII", b"ispe", 0, side, side))


# ---- workbooks
def workbook(sheet: str, **more: bytes) -> bytes:
    """A minimal workbook. more: further members by name; "sheet" is the text of its only sheet."""
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        SHEET: sheet,
    }
    return zipped({**{name: text.encode() for name, text in members.items()}, **more})


def _relations(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'


def sheet(rows: str, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def cell(address: str, attributes: str = "") -> str:
    return f'<c {attributes} r="{address}"><v>1</v></c>'


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


LAST_CELL = "XFD1048576"
HIDDEN = cell(LAST_CELL, 's="a>b"')
FAR_CELLS: Mapping[str, bytes] = {  # where a reader would have to allocate all cells between: 549 GB
    "plain": workbook(sheet(f"<row>{cell(LAST_CELL)}{cell('A1')}</row>")),
    "behind a sign within an attribute": workbook(sheet(f"<row>{HIDDEN}{cell('A1')}</row>")),
    "with a prefix": workbook(
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c r="{LAST_CELL}"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ),
    "as references to characters": workbook(sheet(f"<row>{cell('&#88;FD&#49;048576')}</row>")),
    "in another encoding": workbook("", **{SHEET: sheet(f"<row>{cell(LAST_CELL)}</row>").encode("utf-16")}),
    "by the number of the row": workbook(sheet('<row r="1048576"><c><v>1</v></c></row>')),
    "under another name": workbook(
        "<a/>",
        **{
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "media/image1.png").encode(),
            "xl/media/image1.png": sheet(f"<row>{HIDDEN}</row>").encode(),
        },
    ),
    "behind other text": workbook(
        "<a/>",
        **{
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "media/image1.png").encode(),
            "xl/media/image1.png": b"PNG " + sheet(f"<row>{cell(LAST_CELL)}</row>").encode(),
        },
    ),
    "in the dimension": workbook(sheet(f"<row>{cell('A1')}</row>", before=f'<dimension ref="A1:{LAST_CELL}"/>')),
}
# Nothing is laid out by the one, little by the other: kind -> number of the only row that is read.
READ_ALL_THE_SAME: Mapping[str, int] = {"in the dimension": 1, "by the number of the row": 1_048_576}
