"""The registry's data of a child, as of now, for its guardian to read and to copy (PIPL Art. 45).

The fields are those of the form. Numbers are masked on the page and in full in the copy, which takes a fresh
sign-in; both are recorded. No reason is asked for: a guardian needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.roster.authorization import pupil_in_scope
from services.roster.dependencies import Dependencies
from services.roster.domain.enrolment import Enrolment
from services.roster.forms.form import ADDRESSES, FIELDS, in_words
from services.roster.personal_data import mask_phone
from services.roster.roster_file.columns import TITLE
from shared.infrastructure.pii import mask_number
from shared.language.class_names import class_name, grade_name, grade_of
from shared.service.auth import Caller

SHOWN = ("name", "pupil_number", *FIELDS, *ADDRESSES)
NUMBERS = ("pupil_number", "id_number")  # most pupil numbers contain the ID number


def read_registry(deps: Dependencies, caller: Caller, pupil: str, source: str, *, full: bool) -> Mapping[str, Any]:
    """full: with numbers unmasked. Of a guardian of the child, name, relation and masked telephone.

    The other guardian's address, work place and numbers are theirs: two guardians need not live together.
    """
    row = pupil_in_scope(deps, caller, pupil)
    what = "registry-copy" if full else "registry-data"
    deps.views.record(caller, what, [row.id], deps.tree.pupil_path(row.state), source)
    fields = {**deps.personal_data.fields(row), **_of_class(deps, row.state)}
    return {
        "pupil": row.id,
        "full": full,
        "read_at": deps.clock.now(),
        "school_name": deps.tree.unit(row.state.school).name,
        "class_name": class_name(row.state.class_, deps.today()),
        "fields": [_field(name, fields.get(name, ""), full) for name in SHOWN],
        "guardians": [guardian for n in (1, 2) if (guardian := _guardian(fields, n))["name"]],
    }


def _of_class(deps: Dependencies, state: Enrolment) -> Mapping[str, str]:
    class_, today = deps.tree.class_(state.class_), deps.today()
    return {
        "grade": grade_name(class_.stage, grade_of(class_.entry_year, today)),
        "class": class_name(class_.id, today),
    }


def _field(name: str, value: str, full: bool) -> Mapping[str, str]:
    shown = mask_number(value) if name in NUMBERS and not full else in_words(name, value)
    return {"name": name, "title": TITLE[name], "value": shown}


def _guardian(fields: Mapping[str, str], n: int) -> Mapping[str, str]:
    return {
        "name": fields.get(f"guardian{n}_name", ""),
        "relation": fields.get(f"guardian{n}_relation", ""),
        "phone_masked": mask_phone(fields.get(f"guardian{n}_phone", "")),
    }
