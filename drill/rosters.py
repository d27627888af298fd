"""Roster files as schools send them: various headings, dates and class names, and rows that are wrong on purpose."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import xlsxwriter

from drill.county import CSV, EN, PINYIN, ZH, Klass, School
from drill.people import Pupil

# field: headings by style
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "number": {ZH: "学籍号", PINYIN: "grbsm", EN: "Pupil number", CSV: "学籍号"},
    "name": {ZH: "姓名*", PINYIN: "xm", EN: "Name", CSV: "姓名"},
    "sex": {ZH: "性别", PINYIN: "xbm", EN: "Sex", CSV: "性别"},
    "born": {ZH: "出生日期", PINYIN: "csrq", EN: "Birth date", CSV: "出生日期"},
    "id_type": {ZH: "身份证件类型", PINYIN: "sfzjlxm", EN: "ID type", CSV: "身份证件类型"},
    "id_number": {ZH: "身份证件号", PINYIN: "sfzjh", EN: "ID number", CSV: "身份证号"},
    "grade": {ZH: "年级", CSV: "年级"},
    "class": {ZH: "班级", PINYIN: "bj", EN: "Class", CSV: "班级"},
    "address": {ZH: "现住址", PINYIN: "xzz", EN: "Address", CSV: "现住址"},
    "phone": {ZH: "联系电话", PINYIN: "lxdh", EN: "Phone", CSV: "联系电话"},
    "guardian1": {ZH: "监护人1姓名", PINYIN: "jhr1xm", EN: "Guardian 1 name", CSV: "监护人姓名"},
    "relation1": {ZH: "监护人1关系", PINYIN: "jhr1gx", EN: "Guardian 1 relation", CSV: "监护人关系"},
    "phone1": {ZH: "监护人1联系电话", PINYIN: "jhr1lxdh", EN: "Guardian 1 phone", CSV: "监护人电话"},
    "guardian2": {ZH: "监护人2姓名", PINYIN: "jhr2xm", EN: "Guardian 2 name"},
    "relation2": {ZH: "监护人2关系", PINYIN: "jhr2gx", EN: "Guardian 2 relation"},
    "phone2": {ZH: "监护人2联系电话", PINYIN: "jhr2lxdh", EN: "Guardian 2 phone"},
    "school": {PINYIN: "xxbsm", EN: "School code"},
}
Cells = dict[str, Any]


def _one_digit_off(number: str) -> str:
    """Change the tenth digit, which the check digit always detects."""
    return number[:9] + str((int(number[9]) + 1) % 10) + number[10:]


# Expected error code -> how to spoil the cells of a row.
SPOILERS: Mapping[str, Callable[[Cells], None]] = {
    "id-number-check": lambda cells: cells.update(id_number=_one_digit_off(cells["id_number"])),
    "pupil-number-check": lambda cells: cells.update(number=_one_digit_off(cells["number"])),
    "name-missing": lambda cells: cells.update(name=""),
    "birth-date-unreadable": lambda cells: cells.update(born="2016-02-31"),
    "class-unknown": lambda cells: cells.update({"class": "77班"}),
    "sex-unknown": lambda cells: cells.update(sex="人"),
}


@dataclass(frozen=True, slots=True)
class RosterFile:
    """errors: (spreadsheet row, code) of every row that must be refused. missing: identities of their pupils."""

    name: str
    content: bytes
    rows: int
    errors: tuple[tuple[int, str], ...]
    missing: frozenset[str]


def roster_file(school: School, random: Random, *, wrong: int = 0) -> RosterFile:
    """A school's roster. wrong: how many rows are spoiled; with any, one good row is also there twice."""
    lines = [(pupil, _cells(pupil, klass, school)) for klass in school.classes for pupil in klass.pupils]
    first = 4 if school.style == ZH else 2  # the ministry's template has a title and an explanation above the headings
    fit = [i for i, (pupil, _) in enumerate(lines) if pupil.id_number and pupil.number[:1] in "GJ"]
    errors, missing = [], set()
    for code, at in zip(list(SPOILERS) * (wrong // len(SPOILERS) + 1), sorted(random.sample(fit, wrong)), strict=False):
        SPOILERS[code](lines[at][1])
        errors.append((first + at, code))
        missing.add(identity(lines[at][0]))
    if wrong:
        again = next(i for i in fit if identity(lines[i][0]) not in missing)
        errors.append((first + len(lines), "double-in-file"))
        lines.append((lines[again][0], dict(lines[again][1])))
    write = _csv if school.style == CSV else _workbook
    content = write(school, [cells for _, cells in lines])
    return RosterFile(
        f"{school.code}.{'csv' if school.style == CSV else 'xlsx'}",
        content,
        len(lines),
        tuple(sorted(errors)),
        frozenset(missing),
    )


def newer_file(school: School, random: Random) -> RosterFile | None:
    """A newer list: one pupil moves, one has a corrected name, one is missing; None for few pupils.

    It and the list that takes both back change three pupils in a week, a large change in a very small school.
    """
    first = max(school.classes, key=lambda klass: len(klass.pupils))
    numbered = [pupil for pupil in first.pupils if pupil.id_number]
    others = [klass for klass in school.classes if klass.id != first.id]
    everybody = sum(len(klass.pupils) for klass in school.classes)
    if len(first.pupils) < 6 or len(numbered) < 3 or not others or everybody < 12:
        return None
    moves, corrected, missing = random.sample(numbered, 3)
    stay = [p for p in first.pupils if p not in (moves, missing)]
    stay[stay.index(corrected)] = replace(corrected, written=corrected.name + "一")
    target = replace(others[0], pupils=(*others[0].pupils, moves))
    changed = {first.id: replace(first, pupils=tuple(stay)), target.id: target}
    return roster_file(replace(school, classes=tuple(changed.get(k.id, k) for k in school.classes)), random)


def last_years_file(school: School, random: Random) -> RosterFile | None:
    """The pupils of one class as those of another; None for few pupils."""
    first = max(school.classes, key=lambda klass: len(klass.pupils))
    others = [klass for klass in school.classes if klass.id != first.id]
    if len(first.pupils) < 3 or not others:
        return None
    return roster_file(replace(school, classes=(replace(others[0], pupils=first.pupils),)), random)


def arrival_file(school: School, klass: Klass, pupil: Pupil, random: Random) -> RosterFile:
    """A file with one pupil whom the school receives in this class."""
    return roster_file(replace(school, style=EN, classes=(replace(klass, pupils=(pupil,)),)), random)


def identity(pupil: Pupil) -> str:
    """The key by which the drill tells its pupils apart."""
    return f"{pupil.name} {pupil.born} {pupil.number or pupil.address}"


def _cells(pupil: Pupil, klass: Klass, school: School) -> Cells:
    cells: Cells = {
        "number": pupil.number,
        "name": pupil.written,
        "sex": pupil.sex,
        "born": pupil.born,
        "id_type": pupil.id_type,
        "id_number": pupil.id_number,
        "address": pupil.address,
        "phone": pupil.guardians[0].phone,
        "school": school.code,
    }
    for n, guardian in enumerate(pupil.guardians, 1):
        cells |= {f"guardian{n}": guardian.name, f"relation{n}": guardian.relation, f"phone{n}": guardian.phone}
    cells["grade"] = klass.grade_text
    cells["class"] = {PINYIN: f"{klass.entry_year}级{klass.number}班", EN: klass.id}.get(
        school.style, f"{klass.number}班"
    )
    if school.style in (ZH, CSV):
        cells["sex"] = {"1": "男", "2": "女"}[pupil.sex]
    if school.style == PINYIN:
        cells["born"] = pupil.born.replace("-", "")
    if school.style == EN:
        cells["born"] = date.fromisoformat(pupil.born)
    # several stages in one school: the entry year alone would fit two classes
    if school.style == PINYIN and len({k.stage for k in school.classes}) > 1:
        cells["class"] = klass.id
    return cells


def _workbook(school: School, rows: list[Cells]) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    sheet, day = workbook.add_worksheet("学生信息"), workbook.add_format({"num_format": "yyyy-mm-dd"})
    fields = [field for field, headings in HEADINGS.items() if school.style in headings]
    at = 0
    if school.style == ZH:
        sheet.write(0, 0, f"{school.name} 学生学籍信息")
        sheet.write(1, 0, "说明：带*的为必填项，证件号请按文本填写")
        at = 2
    for column, name in enumerate(fields):
        sheet.write_string(at, column, HEADINGS[name][school.style])
    for row, cells in enumerate(rows, at + 1):
        for column, name in enumerate(fields):
            value = cells.get(name, "")
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif value:
                sheet.write_string(row, column, value)
    workbook.close()
    return out.getvalue()


def _csv(school: School, rows: list[Cells]) -> bytes:
    """CSV in GB 18030, the encoding of office programs in China, which holds every character."""
    out = io.StringIO()
    fields = [field for field, headings in HEADINGS.items() if CSV in headings]
    writer = csv.writer(out)
    writer.writerow([HEADINGS[name][CSV] for name in fields])
    writer.writerows([[cells.get(name, "") for name in fields] for cells in rows])
    return out.getvalue().encode("gb18030")
