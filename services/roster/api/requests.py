"""Shapes of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from services.roster.domain import parts
from services.roster.roster_file.correction_reader import CORRECTABLE
from services.roster.use_cases.pupil_changes import KINDS
from shared.language.code_alone import DECISIONS
from shared.language.contracts.contract import CAMPAIGN, CLASS, DAY, PUPIL, UNIT, displayable
from shared.language.contracts.roster import LEVELS
from shared.language.path import NATION

NAME = (validate.Length(1, 100), validate.Regexp(r"\S"), displayable)
STAGE = validate.OneOf(tuple("pjsx"))
ID = validate.Regexp(r"^[0-9a-f]{32}\Z")
MOST_CLASSES = 1_000  # of a school, in one request


class OpenUnit(Schema):
    """kind: of a school, by default the first two digits of its code."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{6}([0-9]{4})?\Z"))
    name = fields.String(required=True, validate=NAME)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS[1:]))
    parent = fields.String(required=True, validate=UNIT)
    kind = fields.String(load_default="", validate=validate.Regexp(r"^([0-9]{2})?\Z"))


class RenameUnit(Schema):
    """effective_from: a day; today by default."""

    name = fields.String(required=True, validate=NAME)
    effective_from = fields.Date(load_default=None, allow_none=True)


class DecideCodeAlone(Schema):
    """code_alone: "on", "off", or "" for what a unit above has decided."""

    code_alone = fields.String(required=True, validate=validate.OneOf(DECISIONS))


class OpenClass(Schema):
    stage = fields.String(required=True, validate=STAGE)
    entry_year = fields.Integer(required=True, strict=True, validate=validate.Range(1990, 2100))
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 99))
    name = fields.String(load_default="", validate=(validate.Length(0, 40), displayable))


class PopulationRule(Schema):
    stages = fields.List(fields.String(validate=STAGE), required=True, validate=validate.Length(1, 4))


class ChangePlan(Schema):
    name = fields.String(required=True, validate=NAME)
    opens = fields.Date(required=True)
    cutoff = fields.Date(required=True)
    last_day = fields.Date(required=True)
    population = fields.Nested(PopulationRule, required=True)


class PlanCampaign(ChangePlan):
    """follows: the campaign whose second round it is."""

    id = fields.String(required=True, validate=CAMPAIGN)
    follows = fields.String(load_default="", validate=validate.Regexp(r"^([a-z0-9]{2,16})?\Z"))


class MoveLastDay(Schema):
    """reason: shown to everybody who sees the campaign; never about a person."""

    last_day = fields.Date(required=True)
    reason = fields.String(required=True, validate=(validate.Length(1, 200), validate.Regexp(r"\S"), displayable))


class ChangePupil(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    school = fields.String(load_default="", validate=validate.Regexp(r"^([0-9]{10})?\Z"))
    class_ = fields.String(data_key="class", load_default="")
    reason = fields.String(load_default="", validate=validate.Length(0, 200))


class Answer(Schema):
    """reason: needed with a no."""

    accept = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = fields.String(load_default="", validate=validate.Length(0, 200))


class MakePrint(Schema):
    """A class, several classes of a school, or pupils. confirm: the yes to making void the sheets that are valid now.

    download_code: of the caller. run: instead of it, the caller's print that began a run, for another class; alone, for
    the next of the classes that the run was begun for.
    """

    class_ = fields.String(
        data_key="class", load_default="", validate=validate.Regexp(r"^([0-9A-Z]{6,12}[a-z][0-9]{6,7})?\Z")
    )
    classes = fields.List(fields.String(validate=CLASS), load_default=list, validate=validate.Length(0, 300))
    pupils = fields.List(fields.String(validate=PUPIL), load_default=list, validate=validate.Length(0, 200))
    download_code = fields.String(load_default="", validate=validate.Length(0, 100))
    run = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{32})?\Z"))
    confirm = fields.Boolean(load_default=False)


class UnitCodes(Schema):
    codes = fields.List(
        fields.String(validate=validate.Regexp(r"^[0-9A-Za-z]{6,24}\Z")),
        required=True,
        validate=validate.Length(0, 20_000),
    )


class OpenCounty(Schema):
    """command: the id of the request at the service that asks."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{6}\Z"))
    name = fields.String(required=True, validate=NAME)
    parent = fields.String(required=True, validate=UNIT)
    command = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f:-]{8,80}\Z"))


class CheckCode(Schema):
    registration_code = fields.String(required=True, validate=validate.Length(1, 60))
    birth_date = fields.String(required=True, validate=DAY)


class UploadCode(Schema):
    upload_code = fields.String(required=True, validate=validate.Length(1, 100))


class SpendCode(Schema):
    pupil = fields.String(required=True, validate=PUPIL)


class RenewCode(Schema):
    """command: id of the command of the calling service."""

    pupil = fields.String(required=True, validate=PUPIL)
    command = fields.String(required=True, validate=ID)


class CompareGuardian(Schema):
    pupil = fields.String(required=True, validate=PUPIL)
    name = fields.String(required=True, validate=validate.Length(1, 100))
    relation = fields.String(load_default="", validate=validate.Length(0, 40))


class CompareBirthDate(Schema):
    pupil = fields.String(required=True, validate=PUPIL)
    birth_date = fields.String(required=True, validate=DAY)


class ImportForm(Schema):
    """A roster file: a spreadsheet or CSV. answers: of questions, a JSON object: question -> a candidate, or "new"."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    answers = fields.String()


class ImportAnswers(Schema):
    """The answers of an ImportForm."""

    answers = fields.Dict(
        required=True, keys=fields.String(validate=ID), values=fields.String(validate=validate.Length(1, 40))
    )

    @pre_load
    def parse(self, data: Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
        try:
            return {"answers": orjson.loads(data["answers"] or "{}")}
        except orjson.JSONDecodeError as error:
            raise ValidationError("Not a JSON object.", "answers") from error


class CorrectionForm(Schema):
    """fields: a JSON object: field -> value as it was written. proof: a PDF, JPEG or PNG, needed for key fields."""

    fields_ = fields.String(required=True, data_key="fields")
    proof = fields.Raw(metadata={"type": "string", "format": "binary"})


class TypedCorrections(Schema):
    """The fields of a CorrectionForm. `class`: id of a class of the school, which the grade goes with."""

    fields_ = fields.Dict(
        required=True,
        data_key="fields",
        keys=fields.String(validate=validate.OneOf((*CORRECTABLE, "class"))),
        values=fields.String(validate=(validate.Length(1, 200), validate.Regexp(r"(?s).*\S"), displayable)),
        validate=validate.Length(min=1),
        attribute="fields",
    )

    @pre_load
    def parse(self, data: Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
        try:
            return {"fields": orjson.loads(data["fields"] or "{}")}
        except orjson.JSONDecodeError as error:
            raise ValidationError("Not a JSON object.", "fields") from error


class UndoImport(Schema):
    """confirm: the yes to the counts of the view of this undo; "" continues one that has begun."""

    confirm = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{32})?\Z"))


class Take(Schema):
    """Parts of a file: classes as the file names them, kinds of change. Empty means all of them."""

    classes = fields.List(fields.String(validate=CLASS), load_default=list, validate=validate.Length(max=MOST_CLASSES))
    kinds = fields.List(fields.String(validate=validate.OneOf(tuple(parts.KINDS))), load_default=list)


class RunAgain(Schema):
    """dry_run: a report that changes nothing. confirm: the yes to a large change.

    answers: question -> a candidate, or "new". take: only these parts; the rest is left out, and its file kept.
    """

    dry_run = fields.Boolean(load_default=False)
    confirm = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{32})?\Z"))
    answers = fields.Dict(
        load_default=dict, keys=fields.String(validate=ID), values=fields.String(validate=validate.Length(1, 40))
    )
    take = fields.Nested(Take, load_default=lambda: {"classes": [], "kinds": []})


class LanguageQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    lang = fields.String(load_default="zh", validate=validate.OneOf(("zh", "en")))


class ImportQuery(Schema):
    """dry_run: "1" or "true" for a report that changes nothing. confirm: the yes to a large change, from a report."""

    class Meta:
        unknown = EXCLUDE

    dry_run = fields.String(load_default="")
    confirm = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{32})?\Z"))


class CorrectedFormsQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    campaign = fields.String(required=True, validate=CAMPAIGN)


class UnitsQuery(Schema):
    """codes: of units, separated by commas."""

    class Meta:
        unknown = EXCLUDE

    codes = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z]{6,24}(,[0-9A-Za-z]{6,24}){0,99}\Z"))


class RegionsQuery(Schema):
    """below: code of a province; by default the nation."""

    class Meta:
        unknown = EXCLUDE

    below = fields.String(load_default=NATION, validate=UNIT)


class CoverageQuery(Schema):
    """stages: letters such as "pj"; by default all."""

    class Meta:
        unknown = EXCLUDE

    stages = fields.String(load_default="pjsx", validate=validate.Regexp(r"^[pjsx]{1,4}\Z"))


class PupilsQuery(Schema):
    """campaign: by default the newest that is running."""

    class Meta:
        unknown = EXCLUDE

    campaign = fields.String(load_default="")


class Addresses(Schema):
    """Parameters of paths."""

    code = fields.String(validate=UNIT)
    school = fields.String(validate=validate.Regexp(r"^[0-9]{10}\Z"))
    class_ = fields.String(validate=CLASS)
    pupil = fields.String(validate=PUPIL)
    campaign = fields.String(validate=CAMPAIGN)
    report = fields.String(validate=ID)
    print = fields.String(validate=ID)
    run = fields.String(validate=ID)
    arrival = fields.String(validate=ID)
    correction = fields.String(validate=ID)
