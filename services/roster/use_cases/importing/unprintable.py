"""Names that the forms cannot print: told when they are imported, not first when the paper lies there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.roster.forms import glyphs
from services.roster.roster_file.columns import TITLE
from services.roster.roster_file.pupil_line import Finding, PupilLine

NAMES = ("name", "former_name", "guardian1_name", "guardian2_name")
IN_BOXES = (
    "确认表的字库里没有姓名中的个别字或这种文字，打印时以方框代替，请家长在表上手写",
    "the forms' font lacks characters or the script of this name; a box is printed for them, to be filled in by hand",
)


def unprintable_names(lines: Iterable[PupilLine]) -> Iterator[Finding]:
    for line in lines:
        for field in NAMES:
            if glyphs.missing(line.fields.get(field, "")):
                yield Finding(line.row, TITLE[field], "name-not-printable", *IN_BOXES)
