"""Values that are typed in from the change column, through the checks of a roster file's cells."""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.roster_file.columns import HEADINGS, OF_THE_FILE, TITLE
from services.roster.roster_file.line_reader import LineReader
from services.roster.roster_file.pupil_line import Parsed, School
from shared.infrastructure.errors import Refused

CORRECTABLE = tuple(name for name in HEADINGS if name not in OF_THE_FILE)
COMPARED = ("name", "sex", "birth_date", "id_type", "id_number")  # one is checked against another


def read_values(given: Mapping[str, str], known: Mapping[str, str], school: School) -> dict[str, str]:
    """The given values in their normal form, "" for what the record shall not hold. known: the record's fields.

    Raises Refused("bad-correction"), which lists every wrong field, and never repeats a value.
    """
    parsed = Parsed()
    kept = {name: known[name] for name in COMPARED if name in known}
    values = LineReader(0, {**kept, **given}, school, parsed).fields()
    titles = {TITLE[name]: name for name in given}
    if "id_type" in given:
        titles.setdefault(TITLE["id_number"], "id_type")  # a type that the number of the record cannot have
    reasons = [
        {"field": titles[error.column], "code": error.code, "zh": error.message_zh, "en": error.message_en}
        for error in parsed.errors
        if error.column in titles
    ]
    if reasons:
        where = ", ".join(reason["field"] for reason in reasons)
        raise Refused(
            "bad-correction", f"Fix these values: {where}; `reasons` says why.", where=where, extra={"reasons": reasons}
        )
    return {name: values[name] or "" for name in given}
