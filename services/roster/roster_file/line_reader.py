"""One row of a roster file: its cells through their checks, with errors and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.roster_file.cells import coded, dates, documents, names
from services.roster.roster_file.cells import text as texts
from services.roster.roster_file.cells.text import Wrong
from services.roster.roster_file.columns import OF_THE_FILE, TITLE
from services.roster.roster_file.own_school import ANOTHER_SCHOOL, of_another
from services.roster.roster_file.plausibility import SENTENCES, contradictions
from services.roster.roster_file.pupil_line import Finding, Parsed, PupilLine, School

HIDDEN_CHARACTERS = (
    "单元格含有看不见的字符，已去掉，请核对",
    "the cell held characters that cannot be seen; they were left out, please check",
)
IN_PLACE_OF_A_VALUE = (
    "单元格里是表格软件的出错提示（如 #N/A），或公式没有存下结果，请用 Excel 或 WPS 打开改正、重新保存，或直接填写",
    "the formula in the cell shows an error such as #N/A, or its result was not saved; open the file in a spreadsheet, "
    "correct it and save it again, or enter the value",
)
VALUE_LOST = (
    "表格软件没有保留这个单元格的内容（显示为 #N/A 或 1.38E+10），这一项没有导入，请改正后再导入",
    "the spreadsheet has not kept this value (it shows #N/A or 1.38E+10); the field was left out, enter it again",
)
NUMBER_ZERO = (
    "这一格是 0（多半是公式没有找到号码），按没有号码处理，请核对",
    "the cell holds 0, perhaps because a formula has found nothing; it was read as no number, please check",
)
TYPE_OPEN = (
    "这种证件分香港、澳门两类，看不出是哪一类，暂未登记；请写 6-香港特区护照/身份证明 或 7-澳门特区护照/身份证明",
    "the registry has this document for Hong Kong (6) and Macao (7); which one is open, so it was left out",
)
SPACE_IN_NAME = (
    "姓名中的空格已去掉；如果是间隔号，请写成“·”",
    "the space in the name was left out; if a separator is meant, write ·",
)
OF_DOCUMENTS = ("pupil_number", "id_number")
NUMBERS = ("phone", "postcode", "_id_number")  # plain fields that are numbers


class LineReader:
    """Checks every cell of a row and adds its errors and warnings to `parsed`."""

    def __init__(self, row: int, given: Mapping[str, str], school: School, parsed: Parsed) -> None:
        self._row, self._school, self._parsed = row, school, parsed
        self._raw, self._given = given, {column: texts.unwrapped(text) for column, text in given.items()}
        self._failed = False

    def read(self) -> PupilLine | None:
        """The pupil, None when a cell is wrong."""
        fields = self.fields()
        named = self._school.names.without_name(self._text("class"))
        class_ = self._try("class", self._school.finder.find, self._text("grade"), named)
        self._check_school()
        filled = {key: value for key, value in fields.items() if value}
        if self._failed or class_ is None:
            self._parsed.wrong.append(filled)
            return None
        self._warn_of_cells(filled)
        for column, code in contradictions(filled, self._school.regions):
            self._warn(column, code, *SENTENCES[column, code])
        return PupilLine(self._row, class_.id, filled)

    def fields(self) -> dict[str, str | None]:
        """The personal fields in their normal form; None for a wrong one, "" for an empty one."""
        return {**self._plain(), **self._normal_forms()}

    def _text(self, column: str) -> str:
        return self._given.get(column, "")

    def _plain(self) -> dict[str, str]:
        """All personal fields as clean text; names in one form, ethnic groups by name, documents by type."""
        fields: dict[str, str] = {}
        for name in self._given:
            if name in OF_THE_FILE:
                continue
            value = self._try(name, texts.plain, self._text(name)) or ""
            if name.endswith("ethnic_group"):
                value = coded.ethnic_group(value)
            elif name.endswith("_name"):
                value = names.normal_name(value)
            elif name.endswith("_id_type"):
                value = documents.id_type_or_text(value, self._text(name.replace("_type", "_number")))
            elif name.endswith("_id_number"):
                value = texts.compact_number(value)
            elif name.endswith("phone"):
                value = texts.half_width(value)
            elif name == "postcode":
                value = texts.postcode(value)
            fields[name] = "" if self._is_lost(name) else value
        return fields

    def _normal_forms(self) -> dict[str, str | None]:
        """The fields with a strict form; None for a wrong one."""
        today, number = self._school.day, self._text("id_number")
        id_type = self._try("id_type", documents.id_type, self._text("id_type"), number)
        id_number = self._try("id_number", documents.id_number, number, id_type or "")
        by_id = documents.born_by(id_number or "")
        return {
            "name": self._try("name", names.name, self._text("name")),
            "sex": self._try("sex", coded.sex, self._text("sex")),
            "birth_date": self._try("birth_date", dates.birth_date, self._text("birth_date"), today, by_id),
            "pupil_number": self._try("pupil_number", documents.pupil_number, self._text("pupil_number")),
            "id_type": id_type,
            "id_number": id_number,
            "entry_month": self._try("entry_month", dates.entry_month, self._text("entry_month"), today),
        }

    def _try(self, column: str, check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except Wrong as wrong:
            self._failed = True
            errors = self._parsed.errors
            if not any(error.row == self._row and error.column == TITLE[column] for error in errors[-8:]):
                sentences = IN_PLACE_OF_A_VALUE if self._is_error(column) else (wrong.zh, wrong.en)
                errors.append(Finding(self._row, TITLE[column], wrong.code, *sentences))
            return None

    def _is_error(self, column: str) -> bool:
        return any(map(texts.is_error, (self._text(column), self._text("grade") if column == "class" else "")))

    def _is_lost(self, column: str) -> bool:
        """True for a plain field whose value a spreadsheet has not kept: #REF!, or a number as 1.38E+10."""
        text = self._text(column)
        return texts.is_error(text) or (column.endswith(NUMBERS) and texts.is_rounded(text))

    def _warn_of_cells(self, fields: Mapping[str, str]) -> None:
        """Tell of what is left out of a cell, or stays open, although the pupil is taken."""
        for column in self._given:
            if texts.has_hidden(self._raw[column]):
                self._warn(column, "hidden-characters", *HIDDEN_CHARACTERS)
            if column not in OF_THE_FILE and column not in fields and self._is_lost(column):
                self._warn(column, "value-lost", *VALUE_LOST)
            if column.endswith(OF_DOCUMENTS) and texts.is_zero(self._text(column)):
                self._warn(column, "number-zero", *NUMBER_ZERO)
        if documents.is_open_type(self._text("id_type"), fields.get("id_type", "")):
            self._warn("id_type", "id-type-open", *TYPE_OPEN)
        if names.has_spaced_parts(self._text("name")):
            self._warn("name", "name-space", *SPACE_IN_NAME)

    def _warn(self, column: str, code: str, zh: str, en: str) -> None:
        self._parsed.warnings.append(Finding(self._row, TITLE[column], code, zh, en))

    def _check_school(self) -> None:
        names = self._school.names
        for column, is_own, own in (
            ("school_code", texts.compact_number(self._text("school_code")) in ("", self._school.code), names.code),
            ("school_name", names.is_own_name(self._text("school_name")), names.name),
            ("county", names.is_own_county(self._text("county")), names.country.counties.get(names.county, "")),
        ):
            if not is_own:
                self._failed = True
                self._parsed.errors.append(Finding(self._row, TITLE[column], ANOTHER_SCHOOL, *of_another(own)))
