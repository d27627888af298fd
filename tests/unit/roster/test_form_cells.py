"""The cells of page 1: every field has a change column in which people can write by hand."""

from __future__ import annotations

from itertools import combinations

from services.roster.forms.cells import BOXES, CELLS, PADDING, WRITTEN, Cell
from services.roster.roster_file.columns import HEADINGS
from shared.language.form_layout import MARGIN_X, PAGE, QR, QUIET, SIGNATURE, Area

OF_THE_SCHOOL = {"school_code", "school_name", "county"}
HAND = 5.0  # millimetres of an ideograph by hand


def lines_by_hand(characters: int, area: Area) -> float:
    return -(-characters // int((area.width - 2 * PADDING) / HAND))


def cell(field: str) -> Cell:
    [found] = [each for each in CELLS if each.field == field]
    return found


def overlap(one: Area, other: Area) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 1e-6 and down > 1e-6


def test_every_field_of_a_pupil_and_of_two_guardians_is_printed_once():
    assert sorted(each.field for each in CELLS) == sorted(set(HEADINGS) - OF_THE_SCHOOL)


def test_no_cell_lies_on_another_nor_on_the_qr_nor_the_signature():
    areas = [
        Area(each.label.left, each.label.top, each.change.right - each.label.left, each.label.height) for each in CELLS
    ]
    assert not any(overlap(one, other) for one, other in combinations([*areas, SIGNATURE], 2))
    quiet = Area(QR.left - QUIET, QR.top - QUIET, QR.width + 2 * QUIET, QR.height + 2 * QUIET)
    assert not any(overlap(area, quiet) for area in areas)
    assert all(area.left >= MARGIN_X and area.right <= PAGE[0] - MARGIN_X + 1e-6 for area in areas)


def test_a_hand_has_room_for_a_name_an_address_and_every_digit_of_a_number():
    assert all(each.change.height >= 8 for each in CELLS)
    for field, characters in (("name", 20), ("address", 38), ("post_address", 19), ("guardian1_name", 13)):
        written = cell(field)
        assert written.kind == WRITTEN
        assert HAND * lines_by_hand(characters, written.change) <= written.change.height, field
    for field, digits in (("id_number", 18), ("pupil_number", 19), ("guardian2_id_number", 18)):
        written = cell(field)
        assert (written.kind, written.boxes) == (BOXES, digits)
        assert (written.change.width - 2 * PADDING) / digits >= 3.5, field


def test_a_value_that_may_not_fit_is_measured_before_it_is_printed():
    name = cell("ethnic_group")
    assert not name.is_long("汉族") and not name.is_long("柯尔克孜族")
    assert name.is_long("龘" * 11) and name.is_long("བཀྲ་ཤིས")
    assert not cell("pupil_number").is_long("G130102201705010010")
