"""Schemas of the responses about prints."""

from __future__ import annotations

from marshmallow import fields

from services.roster.api.responses import COUNT
from shared.service.operations import ResponseSchema, listing


class Print(ResponseSchema):
    """A print. url: of its pages. void: earlier sheets that it voided.

    run: of its run, in which the same person may print further classes until `run_ends_at`.
    """

    print = fields.String()
    forms = fields.Integer(validate=COUNT)
    pages = fields.Integer(validate=COUNT)
    void = fields.Integer(validate=COUNT)
    run = fields.String()
    run_ends_at = fields.String()
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
