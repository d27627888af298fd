"""ID numbers that a spreadsheet has rounded to fifteen digits: they end in 000, and one in eleven passes the check.

One true number in a thousand ends so, too. The sex digit, the birth date, the pupil number and the rest of the column
tell them apart; a single one that nothing contradicts is taken, with a warning. A guardian's number is judged by its
check digit and its column, and left out where it is wrong: the pupil is taken without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.roster.roster_file.cells.documents import has_check_digit
from services.roster.roster_file.cells.text import compact_number, unwrapped
from services.roster.roster_file.code_lists import RESIDENT
from services.roster.roster_file.columns import TITLE
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine

ENDING = re.compile(r"[0-9]{15}000")
EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
FEMALE = "2"
SHARE = 20  # more than one of so many in a column is no chance
ROUNDED = (
    "证件号末三位都是0，像是被表格软件改动过；请把该列设为文本后重新填写。若经核对无误，请同时填写学籍号，或单独导入这一行",
    "the number ends in 000 as if a spreadsheet had rounded it; format the column as text and enter it again. If it is "
    "right, give the pupil number too, or import this row alone",
)
LEFT_OUT = (
    "证件号末三位都是0，像是被表格软件改动过，这一项没有导入；请把该列设为文本，重新填写后再导入",
    "the number ends in 000 as if a spreadsheet had rounded it, so it was left out; format the column as text, enter "
    "it again and repeat the import",
)
LIKELY = (
    "证件号末三位都是0，有可能被表格软件改动过，请核对",
    "the number ends in 000, perhaps because a spreadsheet has rounded it; please check",
)


NUMBERS = ("id_number", "guardian1_id_number", "guardian2_id_number")  # the pupil's, and those of guardians


def without_rounded(
    lines: Sequence[PupilLine], cells: Sequence[Mapping[str, str]], parsed: Parsed
) -> Iterator[PupilLine]:
    """The rows that are taken; the others become errors of `parsed`. cells: those of all rows by field."""
    is_rounded, *of_guardians = (
        _is_rounded([compact_number(unwrapped(row.get(column, ""))) for row in cells]) for column in NUMBERS
    )
    for line in _without_rounded(lines, is_rounded, parsed):
        for column, is_rounded in zip(NUMBERS[1:], of_guardians, strict=True):
            line = _of_guardian(line, column, is_rounded, parsed)
        yield line


def _of_guardian(line: PupilLine, column: str, is_rounded: bool, parsed: Parsed) -> PupilLine:
    """The row, without the guardian's number where that is rounded."""
    number, type = line.fields.get(column, ""), line.fields.get(column.replace("_number", "_type"), RESIDENT)
    if type != RESIDENT or not ENDING.fullmatch(number):
        return line
    if not is_rounded:
        parsed.warnings.append(Finding(line.row, TITLE[column], "number-suspicious", *LIKELY))
        return line
    parsed.warnings.append(Finding(line.row, TITLE[column], "number-rounded", *LEFT_OUT))
    return replace(line, fields={name: value for name, value in line.fields.items() if name != column})


def _without_rounded(lines: Sequence[PupilLine], is_rounded: bool, parsed: Parsed) -> Iterator[PupilLine]:
    for line in lines:
        if not _is_suspicious(line.fields):
            yield line
        elif is_rounded or _is_contradicted(line.fields):
            parsed.errors.append(Finding(line.row, TITLE["id_number"], "number-rounded", *ROUNDED))
        else:
            parsed.warnings.append(Finding(line.row, TITLE["id_number"], "number-suspicious", *LIKELY))
            yield line


def _is_rounded(numbers: Sequence[str]) -> bool:
    """True if a column has more such endings than chance gives, or one that fails the check."""
    long = [number for number in numbers if EIGHTEEN.fullmatch(number)]
    ending = [number for number in long if ENDING.fullmatch(number)]
    several = len(ending) > 1 and len(ending) * SHARE > len(long)
    return several or any(not has_check_digit(number) for number in ending)


def _is_suspicious(fields: Mapping[str, str]) -> bool:
    """The pupil number has a letter, so no spreadsheet rounds it: the same digits there prove the number."""
    number = fields.get("id_number", "")
    return bool(ENDING.fullmatch(number)) and fields.get("pupil_number", "")[1:] != number


def _is_contradicted(fields: Mapping[str, str]) -> bool:
    number = fields["id_number"]
    return fields["sex"] != FEMALE or fields["birth_date"].replace("-", "") != number[6:14]
