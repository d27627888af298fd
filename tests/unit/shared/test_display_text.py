"""The one rule for names: nothing hidden stands in them, and no script loses a name by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema

from services.identity.api.requests import IssueAccount, Register
from services.roster.api.requests import OpenClass, OpenUnit, PlanCampaign
from shared.language.display_text import hidden, visible

SPOOFS = {
    "a right-to-left override": "张\u202e三",
    "an isolate": "张\u2067三",
    "a mark of direction": "张\u200f三",
    "a zero-width space": "张\u200b三",
    "a joiner": "张\u200d三",
    "a byte order mark": "张\ufeff三",
    "a soft hyphen": "张\u00ad三",
    "a tag": "张\U000e0041三",
    "a control character": "张\x1b[31m三",
    "a line separator": "张\u2028三",
    "a private code": "张\ue000三",
    "an unassigned code": "张\u0378三",
    "a noncharacter": "张\U0002fffe三",
    "half a character": "张\ud800三",
}
NAMES = (
    "张三",
    "𠮷田𪚥",
    "\U0002ebf0明",  # extension I, younger than the tables of the interpreter
    "阿卜杜·热西提",
    "ئابدۇرېشىت ئابلىز",
    "བསོད་ནམས་དབང་འདུས",
    "ᠪᠠᠲᠤ\u180eᠠ",
    "Анна",
    "김철수",
    "=张三",
)
TAKERS: tuple[tuple[type[Schema], str], ...] = (
    (IssueAccount, "display_name"),
    (Register, "display_name"),
    (Register, "relation"),
    (OpenUnit, "name"),
    (OpenClass, "name"),
    (PlanCampaign, "name"),
)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_stay_as_they_are(name):
    assert (hidden(name), visible(name)) == ("", name)


def test_every_schema_that_takes_a_name_refuses_what_cannot_be_seen():
    def wrong(schema: type[Schema], field: str, name: str) -> bool:
        return field in schema().validate({field: name})

    assert [
        (schema, what) for schema, field in TAKERS for what, name in SPOOFS.items() if not wrong(schema, field, name)
    ] == []
    assert [(schema, name) for schema, field in TAKERS for name in NAMES if wrong(schema, field, name)] == []


@given(st.text())
def test_what_is_left_is_visible_and_nothing_else_is_lost(text):
    assert hidden(visible(text)) in ("", "\u180e")  # a separator that has lost its letter goes the next time
    assert len(visible(text)) + len(hidden(text)) == len(text)
