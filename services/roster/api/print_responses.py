"""Schemas of the responses about prints."""

from __future__ import annotations

from marshmallow import fields

from services.roster.api.responses import COUNT
from shared.service.operations import ResponseSchema, listing


class Print(ResponseSchema):
    """A print. url: of its pages. void: earlier sheets that it voided. pages: two of each form, and the cover sheets.

    run: of its run, in which the same person may print further classes until `run_ends_at`. left: planned classes that
    are not printed yet. print, url: "" for a step in which nobody was expected in any class that was left.
    """

    print = fields.String()
    forms = fields.Integer(validate=COUNT)
    pages = fields.Integer(validate=COUNT)
    void = fields.Integer(validate=COUNT)
    run = fields.String()
    run_ends_at = fields.String()
    left = fields.List(fields.String())
    url = fields.String()


class PrintedClass(ResponseSchema):
    id = fields.String()
    name = fields.String()


class PrintRecord(ResponseSchema):
    """A print. by: account. code_by, origin: who made its run's download code, and how; "" in what continues a run.

    source: network address. void: earlier sheets that it voided.
    """

    print = fields.String()
    run = fields.String()
    campaign = fields.String()
    at = fields.String()
    by = fields.String()
    code_by = fields.String()
    origin = fields.String()
    source = fields.String()
    classes = fields.List(fields.Nested(PrintedClass))
    forms = fields.Integer(validate=COUNT)
    void = fields.Integer(validate=COUNT)


PrintRecords = listing("PrintRecords", PrintRecord)


class RunPrint(ResponseSchema):
    """A print of a run. void: earlier sheets that it voided."""

    print = fields.String()
    classes = fields.List(fields.Nested(PrintedClass))
    forms = fields.Integer(validate=COUNT)
    void = fields.Integer(validate=COUNT)


class Run(ResponseSchema):
    """A run. left: planned classes that are not printed yet; empty: those in which nobody was expected.

    may_go_on: the caller may print further classes in it now. is_over: its time has ended.
    """

    run = fields.String()
    campaign = fields.String()
    school = fields.String()
    prints = fields.List(fields.Nested(RunPrint))
    left = fields.List(fields.Nested(PrintedClass))
    empty = fields.List(fields.Nested(PrintedClass))
    forms = fields.Integer(validate=COUNT)
    may_go_on = fields.Boolean()
    is_over = fields.Boolean()
    ends_at = fields.String()
