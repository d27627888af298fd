"""Public events of roster: the organisation tree, campaigns, enrolments, and entries of pupils in campaigns.

No names of pupils, no numbers, no codes: pupils are opaque ids, codes and serials are keyed hashes.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.code_alone import DECISIONS
from shared.language.contracts.campaigns import CAMPAIGNS
from shared.language.contracts.contract import (
    CAMPAIGN,
    CLASS,
    DAY,
    HASH,
    PUPIL,
    UNIT,
    EventType,
    Nothing,
    StreamType,
    Strict,
)

PUBLISHER = "roster"
LEVELS = ("nation", "province", "city", "county", "school")
STATES = ("in-school", "suspended", "left", "abroad", "missing", "graduated", "void")


class UnitState(Strict):
    """A unit of the organisation tree. parent: "" for the nation. kind: the first two digits of a school's code.

    code_alone: the unit's own decision on uploads by the upload code alone; "" where a unit above decides.
    """

    code = fields.String(required=True, validate=UNIT)
    name = fields.String(required=True, validate=validate.Length(1, 100))
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    parent = fields.String(required=True)
    kind = fields.String(required=True)
    open = fields.Boolean(required=True)
    effective_from = fields.String(required=True, validate=DAY)
    code_alone = fields.String(validate=validate.OneOf(DECISIONS))


class UnitOpened(Strict):
    name = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    parent = fields.String(required=True)
    kind = fields.String(required=True)
    effective_from = fields.String(required=True, validate=DAY)


class UnitRenamed(Strict):
    name = fields.String(required=True)
    effective_from = fields.String(required=True, validate=DAY)


class UnitMoved(Strict):
    parent = fields.String(required=True)
    effective_from = fields.String(required=True, validate=DAY)


class CodeAloneDecided(Strict):
    code_alone = fields.String(required=True, validate=validate.OneOf(DECISIONS))


_UNIT = {
    "code": "130102",
    "name": "长安区",
    "level": "county",
    "parent": "130100",
    "kind": "",
    "open": True,
    "effective_from": "2026-09-01",
}

UNITS = StreamType(
    "unit",
    "unit-<code>",
    "A unit of the administration or a school, as versions with the day from which they hold.",
    UnitState,
    (
        EventType(
            "unit.opened",
            "The unit exists from this day on, below its parent.",
            UnitOpened,
            (
                {"name": "长安区", "level": "county", "parent": "130100", "kind": "", "effective_from": "2026-09-01"},
                _UNIT,
            ),
        ),
        EventType(
            "unit.renamed",
            "The unit has another name from this day on.",
            UnitRenamed,
            (
                {"name": "新长安区", "effective_from": "2027-01-01"},
                _UNIT | {"name": "新长安区", "effective_from": "2027-01-01"},
            ),
        ),
        EventType(
            "unit.moved",
            "The unit is below another parent from this day on.",
            UnitMoved,
            (
                {"parent": "130000", "effective_from": "2027-01-01"},
                _UNIT | {"parent": "130000", "effective_from": "2027-01-01"},
            ),
        ),
        EventType(
            "unit.code-alone-decided",
            "Below the unit the upload code alone is enough from now on, or is not; or the unit above decides again.",
            CodeAloneDecided,
            ({"code_alone": "on"}, _UNIT | {"code_alone": "on"}),
        ),
        EventType(
            "unit.closed", "The unit is closed; its code is never used again.", Nothing, ({}, _UNIT | {"open": False})
        ),
    ),
)


class ClassState(Strict):
    """A class of a school. stage: p primary, j junior, s senior, x special. The grade follows from the entry year."""

    id = fields.String(required=True, validate=CLASS)
    school = fields.String(required=True, validate=UNIT)
    stage = fields.String(required=True, validate=validate.OneOf(tuple("pjsx")))
    entry_year = fields.Integer(required=True, strict=True)
    number = fields.Integer(required=True, strict=True)
    name = fields.String(required=True, metadata={"note": "as the school calls it; never a person's name"})
    open = fields.Boolean(required=True)


class ClassOpened(Strict):
    school = fields.String(required=True, validate=UNIT)
    stage = fields.String(required=True, validate=validate.OneOf(tuple("pjsx")))
    entry_year = fields.Integer(required=True, strict=True)
    number = fields.Integer(required=True, strict=True)
    name = fields.String(required=True)


_CLASS_ID = "2113000017p202403"
_CLASS_DATA = {"school": "2113000017", "stage": "p", "entry_year": 2024, "number": 3, "name": "三年级3班"}
_CLASS = {"id": _CLASS_ID, **_CLASS_DATA, "open": True}

CLASSES = StreamType(
    "class",
    "class-<id>",
    "A class of a school.",
    ClassState,
    (
        EventType("class.opened", "The class exists.", ClassOpened, (_CLASS_DATA, _CLASS)),
        EventType("class.closed", "The class is closed.", Nothing, ({}, _CLASS | {"open": False})),
    ),
)


class EnrolmentState(Strict):
    """A pupil's school, class and state of enrolment. business: a registry procedure (transfer, ...) is in progress.

    state: "void" of a pupil whom an undone import had enrolled; nothing follows it.
    """

    pupil = fields.String(required=True, validate=PUPIL)
    school = fields.String(required=True, validate=UNIT)
    class_ = fields.String(required=True, data_key="class", attribute="class", validate=CLASS)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    business = fields.Boolean(required=True)


class Placed(Strict):
    school = fields.String(required=True, validate=UNIT)
    class_ = fields.String(required=True, data_key="class", attribute="class", validate=CLASS)


class StateChanged(Strict):
    state = fields.String(required=True, validate=validate.OneOf(STATES))


_PUPIL = "3f7.018f2ab47c9d01e5f6a7"
_PLACE = {"school": "2113000017", "class": _CLASS_ID}
_ENROLMENT = {"pupil": _PUPIL, **_PLACE, "state": "in-school", "business": False}

ENROLMENTS = StreamType(
    "enrolment",
    "enrolment-<pupil>",
    "A pupil's enrolment, over all campaigns.",
    EnrolmentState,
    (
        EventType("enrolment.opened", "The pupil is enrolled at a school, in a class.", Placed, (_PLACE, _ENROLMENT)),
        EventType(
            "enrolment.corrected",
            "Personal fields were corrected; which ones stays in roster.",
            Nothing,
            ({}, _ENROLMENT),
        ),
        EventType(
            "enrolment.class-moved", "The pupil is in another class of the same school.", Placed, (_PLACE, _ENROLMENT)
        ),
        EventType("enrolment.transferred", "The pupil is at another school.", Placed, (_PLACE, _ENROLMENT)),
        EventType(
            "enrolment.state-changed",
            "Suspended, resumed, left, graduated, ...",
            StateChanged,
            ({"state": "suspended"}, _ENROLMENT | {"state": "suspended"}),
        ),
        EventType(
            "enrolment.business-opened",
            "A registry procedure is in progress; meanwhile the pupil is not expected.",
            Nothing,
            ({}, _ENROLMENT | {"business": True}),
        ),
        EventType(
            "enrolment.business-closed", "No registry procedure is in progress any more.", Nothing, ({}, _ENROLMENT)
        ),
    ),
)


class EntryState(Strict):
    """A pupil in a campaign. `expected` is the result of the population rule, which no other service interprets.

    sheet        hash of the serial of the valid printed sheet, "" if none is valid
    void_sheets  hashes of the serials of void sheets
    upload_code  keyed hash of the upload code
    """

    campaign = fields.String(required=True, validate=CAMPAIGN)
    pupil = fields.String(required=True, validate=PUPIL)
    school = fields.String(required=True, validate=UNIT)
    class_ = fields.String(required=True, data_key="class", attribute="class", validate=CLASS)
    expected = fields.Boolean(required=True)
    sheet = fields.String(required=True)
    void_sheets = fields.List(fields.String(validate=HASH), required=True)
    upload_code = fields.String(required=True, validate=HASH)
    cutoff = fields.String(required=True, validate=DAY)
    last_day = fields.String(required=True, validate=DAY)


class EntryOpened(Strict):
    school = fields.String(required=True, validate=UNIT)
    class_ = fields.String(required=True, data_key="class", attribute="class", validate=CLASS)
    expected = fields.Boolean(required=True)
    upload_code = fields.String(required=True, validate=HASH)
    cutoff = fields.String(required=True, validate=DAY)
    last_day = fields.String(required=True, validate=DAY)


class EntryChanged(Strict):
    school = fields.String(required=True, validate=UNIT)
    class_ = fields.String(required=True, data_key="class", attribute="class", validate=CLASS)
    expected = fields.Boolean(required=True)


class EntryRescheduled(Strict):
    last_day = fields.String(required=True, validate=DAY)


class EntryPrinted(Strict):
    sheet = fields.String(required=True, validate=HASH)


_CODE, _SHEET = "5d41402abc4b2a76b9719d911017c592", "7d793037a0760186574b0282f2f435e7"
_TERMS = {"cutoff": "2026-11-30", "last_day": "2026-12-31"}
_ENTRY = {
    "campaign": "2026a",
    "pupil": _PUPIL,
    **_PLACE,
    "expected": True,
    "sheet": "",
    "void_sheets": [],
    "upload_code": _CODE,
    **_TERMS,
}

ENTRIES = StreamType(
    "entry",
    "entry-<campaign>-<pupil>",
    "A pupil in a campaign: where, and whether a form is expected.",
    EntryState,
    (
        EventType(
            "entry.opened",
            "The pupil has an entry in the campaign.",
            EntryOpened,
            ({**_PLACE, "expected": True, "upload_code": _CODE, **_TERMS}, _ENTRY),
        ),
        EventType(
            "entry.changed",
            "School, class or expectation have changed: after a move, a change of state or of the rule.",
            EntryChanged,
            ({**_PLACE, "expected": False}, _ENTRY | {"expected": False}),
        ),
        EventType(
            "entry.rescheduled",
            "The entry carries another last day: its campaign was extended or closed early.",
            EntryRescheduled,
            ({"last_day": "2027-01-15"}, _ENTRY | {"last_day": "2027-01-15"}),
        ),
        EventType(
            "entry.printed",
            "A form was printed; a sheet printed before is void.",
            EntryPrinted,
            ({"sheet": _SHEET}, _ENTRY | {"sheet": _SHEET}),
        ),
    ),
)

STREAMS = (UNITS, CLASSES, CAMPAIGNS, ENROLMENTS, ENTRIES)
