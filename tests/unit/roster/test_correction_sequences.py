"""Any sequence of corrections and decisions: one waits for a field at most, the record says what was last approved."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.roster.domain.correction import BUREAU, LEADER
from tests.unit.roster import correcting
from tests.unit.roster.correcting import PDF
from tests.unit.roster.county import CLASS, SECOND, campaign, row
from tests.unit.roster.numbers import id_number

VALUES = {
    "name": ("王一", "王二", "欧阳·三"),
    "sex": ("1", "2"),
    "id_number": tuple(id_number("2017-05-01", n) for n in (70, 71)),
    "class": (CLASS, SECOND),
    "address": ("新街1号", "后街2号"),
    "phone": ("13800138000", "01088886666"),
}
KEYS = {"name", "sex", "id_number", "class"}
SIDES = ("leader", "county", "withdraw")
entries = st.tuples(
    st.just("enter"), st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 2), min_size=1, max_size=3)
)
decisions = st.tuples(st.sampled_from(SIDES), st.tuples(st.integers(0, 3), st.booleans()))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(entries, decisions), min_size=4, max_size=14))
def test_the_record_says_what_was_last_approved_and_one_correction_waits_for_a_field(steps: list[Any]):
    county = campaign()
    county.enrol(row(1))
    pupil = str(county.pupils()[0]["pupil"])
    expected, made = correcting.record(county, pupil), {}  # made: id -> what waits for a decision, or did
    for what, given_ in steps:
        if what == "enter":
            fields = {name: VALUES[name][n % len(VALUES[name])] for name, n in given_.items()}
            waits = {name for _, (values, status) in made.items() for name in values if status in (LEADER, BUREAU)}
            new = {name: value for name, value in fields.items() if expected.get(name) != value}
            response = correcting.send(county, pupil, fields, PDF)
            assert response.status_code == (409 if not new or waits & new.keys() else 201), response.text
            if response.status_code == 201:
                expected |= {name: value for name, value in new.items() if name not in KEYS}
                if id := response.json["waiting"]:
                    made[id] = ({name: value for name, value in new.items() if name in KEYS}, LEADER)
        elif made:
            place, accept = given_
            id = list(made)[place % len(made)]
            values, status = made[id]
            if what == "withdraw":
                response, allowed, after = correcting.withdraw(county, pupil, id), status in (LEADER, BUREAU), ""
            else:
                response = correcting.decide(county, pupil, id, what, accept, "" if accept else "不清楚")
                allowed = status == (LEADER if what == "leader" else BUREAU)
                after = BUREAU if accept and what == "leader" else ""
            assert response.status_code == (200 if allowed else 409), response.text
            if allowed:
                made[id] = (values, after)
                if what == "county" and accept:
                    expected |= values
        assert correcting.record(county, pupil) == expected
        row_ = county.tables.corrections.get(pupil)
        waiting = [name for each in (row_.state.waiting if row_ else ()) for name in each.fields]
        assert len(waiting) == len(set(waiting))
        assert sorted(waiting) == sorted(n for values, status in made.values() if status for n in values)
