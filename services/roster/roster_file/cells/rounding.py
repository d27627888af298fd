"""ID numbers that a spreadsheet has rounded to fifteen digits: they end in 000, and one in eleven passes the check.

One true number in a thousand ends so, too. The sex digit, the birth date, the pupil number and the rest of the column
tell them apart; a single one that nothing contradicts is taken, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from services.roster.roster_file.cells.documents import has_check_digit
from services.roster.roster_file.cells.text import compact_number, unwrapped
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
LIKELY = (
    "证件号末三位都是0，有可能被表格软件改动过，请核对",
    "the number ends in 000, perhaps because a spreadsheet has rounded it; please check",
)


def without_rounded(lines: Sequence[PupilLine], column: Sequence[str], parsed: Parsed) -> Iterator[PupilLine]:
    """The rows that are taken; the others become errors of `parsed`. column: the cells of the document numbers."""
    is_rounded = _is_rounded([compact_number(unwrapped(cell)) for cell in column])
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
