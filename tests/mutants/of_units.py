"""Mutants of a unit's life: the level above decides, and nobody who belongs to a unit is in one that is closed."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

UNIT, CLASS = "services/roster/domain/unit.py", "services/roster/domain/school_class.py"
RULES, ORGANISATION = "tests/unit/roster/test_deciders.py::", "tests/unit/roster/test_organisation.py::"

MUTANTS = (
    Mutant(
        "renames-itself",
        "a county gives itself another name, or closes itself",
        (
            Edit(
                "services/roster/authorization.py",
                "require_path(caller, parent(deps.tree.path(code)))",
                "require_path(caller, deps.tree.path(code))",
            ),
        ),
        (f"{ORGANISATION}test_no_unit_renames_or_closes_itself[county]",),
    ),
    Mutant(
        "name-too-early",
        "pages and forms of today show a name that holds from next year on",
        (Edit(UNIT, "command.effective_from <= command.today", 'command.effective_from <= "9999"'),),
        (f"{RULES}test_another_name_holds_from_a_day_that_has_come_and_not_before_the_last_one[in the future]",),
    ),
    Mutant(
        "closed-over-pupils",
        "a school is closed with pupils in it, whom nobody can change any more",
        (Edit(UNIT, "    if command.pupils:", "    if False:"),),
        (f"{RULES}test_a_unit_to_which_somebody_belongs_stays_open",),
    ),
    Mutant(
        "closed-over-units",
        "a county is closed over its schools",
        (Edit(UNIT, "    if command.below:", "    if False:"),),
        (f"{RULES}test_a_unit_to_which_somebody_belongs_stays_open",),
    ),
    Mutant(
        "class-closed-over-pupils",
        "a class is closed with pupils in it",
        (Edit(CLASS, "    if command.pupils:", "    if False:"),),
        (f"{ORGANISATION}test_a_class_is_closed_when_nobody_is_in_it_and_nobody_moves_into_it",),
    ),
    Mutant(
        "back-into-a-closed-class",
        "a pupil who had left comes back into a class that is closed",
        (Edit("services/roster/use_cases/pupil_changes.py", "    if comes_back and", "    if False and"),),
        (f"{ORGANISATION}test_a_school_is_closed_when_its_last_pupil_has_gone_and_its_classes_with_it",),
    ),
    Mutant(
        "undone-into-a-closed-class",
        "the undo of an import puts pupils back into a class that is closed",
        (
            Edit(
                "services/roster/use_cases/importing/undo_notes.py",
                'pupil in later or _was_in_closed_class(deps, notes["changed"].get(pupil))',
                "pupil in later",
            ),
        ),
        (f"{ORGANISATION}test_an_import_that_emptied_a_class_stands_once_the_class_is_closed",),
    ),
    Mutant(
        "classes-of-a-closed-school",
        "a class is opened, or a roster read, in a school that is closed",
        (Edit("services/roster/authorization.py", "    if not school.open:", "    if False:"),),
        (f"{ORGANISATION}test_a_school_is_closed_when_its_last_pupil_has_gone_and_its_classes_with_it",),
    ),
)
