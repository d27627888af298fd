"""Mutants of what a roster file holds and nobody may lose in silence."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

FILES = "services/roster/roster_file"
TEXT, PARSE, SCHOOL, SHEET, SPREADSHEET, CLASS_WORDS = (
    f"{FILES}/formats/text_table.py",
    f"{FILES}/parse.py",
    f"{FILES}/own_school.py",
    f"{FILES}/sheet.py",
    f"{FILES}/spreadsheet.py",
    f"{FILES}/cells/class_words.py",
)
COLUMNS, CLASS_FINDER = f"{FILES}/columns.py", f"{FILES}/class_finder.py"
LOST, TABLES, OWN, FINDER = (
    "tests/unit/roster/test_nothing_lost.py::",
    "tests/unit/roster/test_tables.py::",
    "tests/unit/roster/test_own_school.py::",
    "tests/unit/roster/test_class_finder.py::",
)
SAME_PUPILS = "test_the_same_roster_in_every_format_is_the_same_pupils"

MUTANTS = (
    Mutant(
        "open-quote",
        "a quotation mark that never closes takes in the pupils below",
        (
            Edit(
                TEXT,
                "                _require_closed_quotes(ended[begins - 1 : reader.line_num], separator, begins)\n",
                "                pass\n",
            ),
        ),
        (f"{LOST}test_whatever_is_typed_into_a_file_of_text_every_row_is_a_pupil_or_is_told",),
    ),
    Mutant(
        "one-sheet-of-many",
        "only the first sheet of pupils is read",
        (
            Edit(
                PARSE,
                "        if table is not None and any(table is each for each in read):\n",
                "        if table is read[0]:\n",
            ),
        ),
        (f"{LOST}test_a_sheet_for_every_class_is_read_whole",),
    ),
    Mutant(
        "columns-in-silence",
        "a column that is not read is not named",
        (
            Edit(
                PARSE,
                "        self._parsed.warnings.extend(notices.of_unread_columns(self._table, self._offset))\n",
                "        pass\n",
            ),
        ),
        (f"{TABLES}test_columns_that_hold_something_and_are_not_read_are_named_once_each",),
    ),
    Mutant(
        "any-school",
        "a file is taken whatever school its rows name",
        (Edit(SCHOOL, "        text, own = plain(given), plain(self.name)\n", '        text, own = "", ""\n'),),
        (f"{OWN}test_rows_of_other_schools_are_left_out_one_by_one_and_a_file_of_them_as_a_whole",),
    ),
    Mutant(
        "name-by-its-end",
        "a school whose longer name ends in this one's common name passes for it",
        (Edit(SCHOOL, "        more = core.removesuffix(own)\n", '        core = more = ""\n        own = ""\n'),),
        (f"{OWN}test_a_school_with_a_common_name_is_not_meant_by_a_title_that_only_ends_so",),
    ),
    Mutant(
        "old-errors-empty",
        "error cells of an old workbook are read as empty ones",
        (Edit(SPREADSHEET, "calamine.sheets(data, facts.errors))\n", "calamine.sheets(data))\n"),),
        (f"{TABLES}test_errors_in_an_old_workbook_are_told_cell_by_cell",),
    ),
    Mutant(
        "empty-rows-count",
        "rows that hold nothing count for the limits",
        (Edit(SHEET, "        if cells:\n", "        if True:\n"),),
        (f"{LOST}{SAME_PUPILS}[empty lines]",),
    ),
    Mutant(
        "classes-as-headings",
        "a row that names a class in several columns is taken for headings and left out in silence",
        (Edit(COLUMNS, "(FIELD_OF.get(bare) if len(bare) > 1 else None)", "FIELD_OF.get(bare)"),),
        ("tests/unit/roster/test_odd_spellings.py::test_a_row_of_classes_is_no_row_of_headings",),
    ),
    Mutant(
        "surname-is-a-figure",
        "the class of a teacher called 陆 is class 6",
        (Edit(CLASS_FINDER, "not self._in_capitals and may_be_of_teacher", "self._in_capitals and may_be_of_teacher"),),
        (
            f"{FINDER}test_a_figure_that_is_a_surname_too_is_a_question_with_the_classes_of_the_grade[of a teacher]",
            "tests/unit/roster/test_odd_spellings.py::"
            "test_a_surname_is_a_figure_in_a_file_that_writes_classes_in_capital_figures[in figures]",
        ),
    ),
    Mutant(
        "any-note-of-a-class",
        "a stage of school, or that a pupil has left, is dropped as a note behind the class",
        (Edit(CLASS_WORDS, "(?:{SIZE}|{TEACHER}|", "(?:{SIZE}|{TEACHER}|[^()]{{1,12}}|"),),
        (
            f"{FINDER}test_a_stage_of_school_in_brackets_behind_a_class_is_read[junior of nine years]",
            f"{FINDER}test_a_note_that_may_mean_another_class_or_none_is_a_question[gone]",
        ),
    ),
)
