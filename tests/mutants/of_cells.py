"""Mutants of the reading of cells: a value becomes another one in silence."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

CELLS = "services/roster/roster_file/cells/"
CODED, DATES, GRAMMAR, ROUNDING = (f"{CELLS}{name}.py" for name in ("coded", "dates", "class_grammar", "rounding"))
UNIT = "tests/unit/roster/"

GLYPHS, FORMS = "services/roster/forms/glyphs.py", "tests/unit/roster/test_printed_forms.py::"

MUTANTS = (
    Mutant(
        "document-in-a-word",
        "a document type that only contains another one's word becomes that document",
        (
            Edit(
                CODED,
                "    if given in words:\n        return words[given]\n",
                "    if given and (word := next((each for each in words if given in each), None)):\n"
                "        return words[word]\n",
            ),
        ),
        (f"{UNIT}test_cell_documents.py::test_only_whole_values_are_known",),
    ),
    Mutant(
        "first-date",
        "of several days that a date may mean the first is taken",
        (Edit(DATES, "    if len(set(likely)) == 1:\n", "    if likely:\n"),),
        (f"{UNIT}test_cell_dates.py::test_an_unclear_date_is_never_another_day",),
    ),
    Mutant(
        "zero-lost",
        "2023.10 as a number becomes January",
        (Edit(DATES, "    if year := ZERO_LOST.fullmatch(given):\n", "    if year := None:\n"),),
        (f"{UNIT}test_cell_dates.py::test_a_number_that_may_have_lost_its_last_zero_is_january_or_october[17.1]",),
    ),
    Mutant(
        "last-word",
        "of two texts about a class that contradict each other the second counts",
        (Edit(GRAMMAR, "            if one and two and one != two:\n", "            if False:\n"),),
        (f"{UNIT}test_class_finder.py::test_a_class_that_is_named_twice_is_one_class",),
    ),
    Mutant(
        "rounded-by-chance",
        "a number that a spreadsheet has rounded is taken when its check digit is right",
        (Edit(ROUNDING, "        if not _is_suspicious(line.fields):\n", "        if True:\n"),),
        (f"{UNIT}test_cells_of_rows.py::test_several_numbers_that_end_in_000_are_rounded_though_they_pass_the_check",),
    ),
    Mutant(
        "chinese-type-alone",
        "names in Tibetan and Uyghur are boxes on paper",
        (Edit(GLYPHS, '(IDEOGRAPHS, *sorted(OF_SCRIPTS.glob("*.ttf")))', "(IDEOGRAPHS,)"),),
        (f"{FORMS}test_names_in_tibetan_and_uyghur_are_printed_on_both_pages",),
    ),
    Mutant(
        "number-before-the-name",
        "a number behind a word from right to left is printed before it",
        (Edit("services/roster/forms/forms.typ", '  it + "\\u{200E}"\n', "  it\n"),),
        (f"{FORMS}test_a_number_behind_a_name_from_right_to_left_stays_behind_it",),
    ),
    Mutant(
        "rows-of-print",
        "rows of the form are too low to be written into by hand",
        (
            Edit(
                "services/roster/forms/cells.py",
                '(8.0, [(name, *HALF) for name in ("phone"',
                '(6.0, [(name, *HALF) for name in ("phone"',
            ),
        ),
        (
            "tests/unit/roster/test_form_cells.py::test_a_hand_has_room_for_a_name_an_address_and_every_digit_of_a_number",
        ),
    ),
)
