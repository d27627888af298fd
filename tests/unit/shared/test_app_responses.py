"""Responses of an app: what their operation declares, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Response
from marshmallow import fields

from shared.infrastructure.clock import FixedClock
from shared.service.app import ANYONE, Route, create_app
from shared.service.operations import NestedNumbers, Operation, ResponseSchema
from tests.unit.shared.app import context, problem


class Shown(ResponseSchema):
    class_ = fields.String(data_key="class")
    rate = fields.Float(allow_none=True)
    note = fields.String(metadata={"optional": True})
    counts = NestedNumbers(ResponseSchema.from_dict({"one": fields.Integer(), "two": fields.Integer()}))


GOOD = {"class": "c1", "rate": None, "counts": {"one": 1, "two": 2}}


@pytest.fixture
def shell():
    return context(FixedClock())


def shown(shell, returned, **operation):
    route = Route("GET", "/v1/shown", ANYONE, lambda: returned, Operation("Shows.", **{"response": Shown, **operation}))
    return create_app(shell, [route]).test_client().get("/v1/shown")


def test_a_response_is_what_its_schema_declares_with_the_status_of_its_operation(shell):
    response = shown(shell, GOOD, status=201)
    assert (response.status_code, response.json) == (201, GOOD)


def test_only_declared_attributes_of_an_object_are_read(shell):
    row = SimpleNamespace(class_="c1", rate=0.5, counts={"one": 1, "two": 2}, secret="s")
    assert shown(shell, row).json == {"class": "c1", "rate": 0.5, "counts": {"one": 1, "two": 2}}


@pytest.mark.parametrize(
    "returned",
    [
        {"rate": None, "counts": {"one": 1, "two": 2}},
        {**GOOD, "class": None},
        {**GOOD, "more": 1},
        {**GOOD, "counts": {"one": 1}},
        {**GOOD, "counts": {"one": 1, "two": 2, "three": 3}},
        SimpleNamespace(rate=None, counts={"one": 1, "two": 2}),
    ],
    ids=["missing", "null", "undeclared", "nested missing", "nested undeclared", "attribute missing"],
)
def test_a_response_that_does_not_fit_its_schema_is_a_bug_and_never_sent(shell, returned):
    problem(shown(shell, returned), 500, "internal")


def test_a_route_without_content_responds_without_a_body(shell):
    response = shown(shell, None, response=None, status=204)
    assert (response.status_code, response.data) == (204, b"")


def test_bytes_are_sent_as_the_view_made_them(shell):
    picture = Response(b"jpeg", content_type="image/jpeg")
    response = shown(shell, picture, response="image/jpeg")
    assert (response.data, response.content_type) == (b"jpeg", "image/jpeg")
    problem(shown(shell, {"jpeg": 1}, response="image/jpeg"), 500, "internal")
