"""Mutants of the registry against hostile visitors: names and downloads."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

DISPLAY, SHEETS = "shared/language/display_text.py", "shared/infrastructure/sheets.py"
NAMES = "tests/unit/shared/test_display_text.py::"

MUTANTS = (
    Mutant(
        "hidden-names",
        "a name may hold characters that turn the direction of the text, or that nobody sees",
        (Edit(DISPLAY, 'HIDDEN = ("Cc", "Cf", ', 'HIDDEN = ("Cc", '),),
        (f"{NAMES}test_every_schema_that_takes_a_name_refuses_what_cannot_be_seen",),
    ),
    Mutant(
        "formula-cells",
        "a text in a downloaded table may be a formula",
        (Edit(SHEETS, "isinstance(value, str) and RISKY.match(value)", "isinstance(value, bytes) and value"),),
        ("tests/unit/shared/test_sheets.py::test_a_text_that_begins_like_a_formula_is_a_text",),
    ),
)
