"""Shapes of the report of an import."""

from __future__ import annotations

from marshmallow import fields, validate

from services.roster.domain.import_run import STATUSES
from services.roster.domain.parts import KINDS
from shared.language.contracts.contract import CLASS, UNIT
from shared.service.operations import ResponseSchema, listing

COUNT = validate.Range(0)


class Finding(ResponseSchema):
    """A problem in a row of a file. column: its heading. sheet: its name, "" if the file has one only.

    row counts from 1 in its sheet; 0 for a whole sheet that was not read. Never repeats the content of a cell.
    """

    sheet = fields.String()
    row = fields.Integer()
    column = fields.String()
    code = fields.String()
    message_zh = fields.String()
    message_en = fields.String()


class Move(ResponseSchema):
    """Pupils who change from one class to another."""

    from_ = fields.String(data_key="from", validate=CLASS)
    from_name = fields.String()
    to = fields.String(validate=CLASS)
    to_name = fields.String()
    pupils = fields.Integer(validate=COUNT)


class LargeChange(ResponseSchema):
    """A class of which many would move, rejoin or are missing. pupils: all of it before the import.

    ..._lately: by files of the last seven days that needed no yes; all files count together
    """

    class_ = fields.String(data_key="class", validate=CLASS)
    class_name = fields.String()
    pupils = fields.Integer(validate=COUNT)
    moving = fields.Integer(validate=COUNT)
    missing = fields.Integer(validate=COUNT)
    rejoining = fields.Integer(validate=COUNT)
    moved_lately = fields.Integer(validate=COUNT)
    rejoined_lately = fields.Integer(validate=COUNT)


class KnownChild(ResponseSchema):
    """A child whom the school knows, masked. waiting: `pupil` is an arrival that waits for an answer."""

    pupil = fields.String()
    waiting = fields.Boolean()
    class_name = fields.String()
    name = fields.String()
    number_masked = fields.String()


class Candidate(KnownChild):
    """differs: what the row says otherwise."""

    differs = fields.List(fields.String(validate=validate.OneOf(("name", "birth_date", "sex", "class", "numbers"))))


class ClassChanges(ResponseSchema):
    """Rows of a class of the file that change something, by kind; left_out: those of parts that are not taken."""

    class_ = fields.String(data_key="class", validate=CLASS)
    class_name = fields.String()
    new = fields.Integer(validate=COUNT)
    changed = fields.Integer(validate=COUNT)
    moved = fields.Integer(validate=COUNT)
    rejoined = fields.Integer(validate=COUNT)
    left_out = fields.Integer(validate=COUNT)


class Taken(ResponseSchema):
    """The parts of the file that are taken: classes in the file and kinds of change. Empty means all of them."""

    classes = fields.List(fields.String(validate=CLASS))
    kinds = fields.List(fields.String(validate=validate.OneOf(tuple(KINDS))))


class Question(ResponseSchema):
    """A row that may mean a known child. It is imported once answered: one of the candidates or, if it may, "new".

    A dry run lists those with an answer too, so that it can be changed.

    more: further children are as like; only the row's number tells which it is.
    """

    question = fields.String()
    sheet = fields.String()
    row = fields.Integer(validate=COUNT)
    may_be_new = fields.Boolean()
    more = fields.Boolean()
    candidates = fields.List(fields.Nested(Candidate))


class ChangedField(ResponseSchema):
    """A field of a pupil, masked. title: its Chinese name on the form."""

    field = fields.String()
    title = fields.String()
    before = fields.String()
    after = fields.String()


class ChangedPupil(ResponseSchema):
    """A pupil whom a row of the file would change. row counts through all sheets."""

    row = fields.Integer(validate=COUNT)
    pupil = fields.String()
    name = fields.String()
    number_masked = fields.String()
    class_name = fields.String()
    changed = fields.List(fields.Nested(ChangedField))


Changes = listing("Changes", ChangedPupil)


class ImportRun(ResponseSchema):
    """An import that changed something. by: account. counts of rows as in Import, 0 until it is finished.

    status      started (it runs, or has died), finished, undoing, undone
    undo_until  the moment up to which it can be undone; 0 if it can no more. ms since 1970
    """

    import_ = fields.String(data_key="import")
    at = fields.String()
    by = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    rows = fields.Integer(validate=COUNT)
    added = fields.Integer(validate=COUNT)
    rejoined = fields.Integer(validate=COUNT)
    moved = fields.Integer(validate=COUNT)
    changed = fields.Integer(validate=COUNT)
    unchanged = fields.Integer(validate=COUNT)
    waiting = fields.Integer(validate=COUNT)
    proposed = fields.Integer(validate=COUNT)
    asked = fields.Integer(validate=COUNT)
    refused = fields.Integer(validate=COUNT)
    left_out = fields.Integer(validate=COUNT)
    undo_until = fields.Integer(validate=COUNT)


ImportRuns = listing("ImportRuns", ImportRun)


class TakenBack(ResponseSchema):
    """Pupils who become void, pupils who are as before, proposals to the leader, requests to other units.

    stayed: those whom somebody changed while the undo was under way
    """

    added = fields.Integer(validate=COUNT)
    changed = fields.Integer(validate=COUNT)
    proposals = fields.Integer(validate=COUNT)
    arrivals = fields.Integer(validate=COUNT)
    stayed = fields.Integer(validate=COUNT)


class StandingPupil(ResponseSchema):
    """A pupil of whom something was recorded after the import, masked."""

    pupil = fields.String()
    name = fields.String()
    number_masked = fields.String()
    class_name = fields.String()


class Undo(ImportRun):
    """An import with what its undo would take back, or has taken back.

    standing: pupils and requests that stand in its way; standing_pupils: the first 20 pupils
    confirm: to be sent as the yes to these counts; "" once the undo has begun
    """

    taken_back = fields.Nested(TakenBack)
    standing = fields.Integer(validate=COUNT)
    standing_pupils = fields.List(fields.Nested(StandingPupil))
    confirm = fields.String()


class Import(ResponseSchema):
    """The report of an import. errors, warnings, questions, ..._pupils: the first 500; the totals count all.

    Each row is counted once:
    added      new pupils; of the first file of a school that adds any, with those who wait
    rejoined   pupils who had left the school and are in it again, whatever else changes
    moved      pupils who change class, whatever else changes
    changed    pupils of whom other fields change
    unchanged  pupils of whom the file says nothing new
    waiting    numbers that are not on this school's roster, whether somebody has them or not
    proposed   pupils whose key fields the file would change, which the leader decides
    asked      rows that may mean a known child
    refused    rows with an error
    left_out   rows that would change something, in parts of the file that are not taken

    take       the parts that are taken; classes: what each class of the file changes
    missing    pupils of the classes in the file whom it does not name; they stay as they are
    large      the classes that change much
    confirm    to be sent with the same file and answers where `large` is not empty
    answers    of questions, as the file was read with them: question -> pupil or "new"
    kept_until the moment up to which the file is kept, so that it can be run again; 0 if it is not. ms since 1970
    """

    import_ = fields.String(data_key="import")
    school = fields.String(validate=UNIT)
    dry_run = fields.Boolean()
    rows = fields.Integer(validate=COUNT)
    added = fields.Integer(validate=COUNT)
    rejoined = fields.Integer(validate=COUNT)
    moved = fields.Integer(validate=COUNT)
    changed = fields.Integer(validate=COUNT)
    unchanged = fields.Integer(validate=COUNT)
    waiting = fields.Integer(validate=COUNT)
    proposed = fields.Integer(validate=COUNT)
    asked = fields.Integer(validate=COUNT)
    refused = fields.Integer(validate=COUNT)
    left_out = fields.Integer(validate=COUNT)
    take = fields.Nested(Taken)
    classes = fields.List(fields.Nested(ClassChanges))
    errors = fields.List(fields.Nested(Finding))
    errors_total = fields.Integer(validate=COUNT)
    warnings = fields.List(fields.Nested(Finding))
    warnings_total = fields.Integer(validate=COUNT)
    moves = fields.List(fields.Nested(Move))
    missing = fields.Integer(validate=COUNT)
    missing_pupils = fields.List(fields.Nested(KnownChild))
    rejoined_pupils = fields.List(fields.Nested(KnownChild))
    large = fields.List(fields.Nested(LargeChange))
    confirm = fields.String()
    questions = fields.List(fields.Nested(Question))
    answers = fields.Dict(keys=fields.String(), values=fields.String())
    kept_until = fields.Integer(validate=COUNT)
