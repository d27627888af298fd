"""The package of an .xlsx workbook: its parts by their relationships, whatever their names, and a copy of the checked.

Only the parts that hold cells are unpacked; pictures, drawings and settings of printers stay as they are.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from services.roster.roster_file import refusals

MAX_UNPACKED = 120 << 20  # of all parts that are read together
MAX_RATIO = 200  # a workbook of plain cells is packed about 1:20
MAX_MEMBERS = 10_000  # a photo of every pupil of a large school included
CONTENT_TYPES, WORKBOOK = "[content_types].xml", "xl/workbook.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHARED = ("sharedStrings", "styles")  # kinds of relationship, beside worksheets
Start = Callable[[str, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class Part:
    """A worksheet. state: "", hidden or veryHidden."""

    name: str
    state: str
    content: bytes


class Package:
    """An archive that is held open. Raises Refused, and what zipfile raises for a damaged one."""

    def __init__(self, data: bytes) -> None:
        self._size, self._unpacked = len(data), 0
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in self._archive.infolist() if not member.filename.endswith(("/", "\\"))]
        self._members = {_normal(member.filename): member for member in members}
        if len(members) > MAX_MEMBERS:
            refusals.bomb()
        if any(name.endswith("vbaproject.bin") for name in self._members):
            refusals.macros()
        if any(member.flag_bits & 1 for member in members):
            refusals.encrypted()
        self._workbook = self._find_workbook()
        if len(self._members) < len(members):  # two readers may take different ones
            raise ValueError("a name occurs twice")
        if CONTENT_TYPES in self._members and b"macroEnabled" in self._read(CONTENT_TYPES):
            refusals.macros()
        self._related = self._relationships(self._workbook)
        self.is_1904 = False

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def sheets(self) -> Sequence[Part]:
        """The worksheets in their order; charts and the like are none."""
        listed: list[dict[str, str]] = []
        kinds: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            kinds.append(element(name))
            plain = {element(key): value for key, value in attributes.items()}
            if kinds[-1] == "sheet":
                listed.append(plain)
            elif kinds[-1] == "workbookPr":
                self.is_1904 = plain.get("date1904") in ("1", "true", "on")

        parsed(self._read(self._workbook), start)
        if kinds[:1] != ["workbook"]:
            refusals.wrong_type()
        found = [(each, self._related.get(each.get("id", ""), ("", ""))) for each in listed]
        return [
            Part(each.get("name", ""), each.get("state", ""), self._read(target))
            for each, (kind, target) in found
            if kind == "worksheet"
        ]

    def written_anew(self, sheets: Sequence[Part]) -> bytes:
        """A workbook of these sheets, their shared texts and formats, and of nothing else."""
        shared = {kind: self._read(target) for kind, target in self._related.values() if kind in SHARED}
        for content in shared.values():
            parsed(content, lambda name, attributes: None)
        parts = [("worksheet", f"sheet{n}.xml", part.content) for n, part in enumerate(sheets, 1)]
        parts += [(kind, f"{kind}.xml", content) for kind, content in shared.items()]
        names = {f"rId{n}": part for n, part in enumerate(parts, 1)}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as copy:
            copy.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
            copy.writestr("_rels/.rels", _related_to({"rId1": ("officeDocument", "xl/workbook.xml")}))
            copy.writestr("xl/workbook.xml", _workbook(sheets, self.is_1904))
            targets = {id: (kind, name) for id, (kind, name, _) in names.items()}
            copy.writestr("xl/_rels/workbook.xml.rels", _related_to(targets))
            for _, name, content in parts:
                copy.writestr(f"xl/{name}", content)
        return out.getvalue()

    def _find_workbook(self) -> str:
        for kind, target in self._relationships("").values():
            if kind == "officeDocument" and target in self._members:
                return target
        if WORKBOOK in self._members:
            return WORKBOOK
        return refusals.wrong_type()  # an archive, a document, ...

    def _relationships(self, of: str) -> Mapping[str, tuple[str, str]]:
        """id: (kind, part) of a part, of the package itself for ""."""
        folder, file = posixpath.split(of)
        name, found = posixpath.join(folder, "_rels", f"{file}.rels"), {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if element(name) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/"))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, _normal(posixpath.normpath(target)))

        if name in self._members:
            parsed(self._read(name), start)
        return found

    def _read(self, name: str) -> bytes:
        """A part, held to its claimed size. All parts that are read count together."""
        if (member := self._members.get(name)) is None:
            raise ValueError("a part is missing")
        self._unpacked += member.file_size
        if self._unpacked > MAX_UNPACKED or self._unpacked > MAX_RATIO * self._size:
            refusals.bomb()
        return self._archive.read(member)


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def element(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def parsed(content: bytes, start: Start) -> None:
    """Parse a part. Raises ValueError if it is no well-formed XML or declares entities."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError("no XML") from error


def no_doctype(*_: object) -> NoReturn:
    raise ValueError("a part declares entities")


def _related_to(targets: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>' for id, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _workbook(sheets: Sequence[Part], is_1904: bool) -> str:
    each = "".join(
        f'<sheet name={quoteattr(part.name)} sheetId="{n}" r:id="rId{n}"'
        + (f" state={quoteattr(part.state)}/>" if part.state else "/>")
        for n, part in enumerate(sheets, 1)
    )
    dates = '<workbookPr date1904="1"/>' if is_1904 else ""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{dates}<sheets>{each}</sheets></workbook>'
