"""Made-up requests notice what is wrong: a check that cannot fail proves nothing."""

from __future__ import annotations

import pytest
from flask import Response
from hypothesis import strategies as st
from marshmallow import Schema, fields

from docs import openapi
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.service.app import ANYONE, AppContext, Route, create_app
from shared.service.operations import Operation, ResponseSchema
from shared.service.request import body
from tests.support.made_up import NOBODY, Good, Tally, faults, make_up, operations, valid_request
from tests.support.tokens import checker, service_auth

GOOD = Good(body={"size": 3})


class Wanted(Schema):
    size = fields.Integer(required=True, strict=True)


class Size(ResponseSchema):
    size = fields.Integer()


def explode():
    raise ValueError("broken")


def refuse():
    raise Refused("conflict")


def sent(json, status=200):
    """A response that passes the shell unchanged, whatever the schema says."""
    return lambda: Response(json, status, content_type="application/json")


BREAKS = {
    "a field is missing": (sent("{}"), "size"),
    "a field is of another type": (sent('{"size": "3"}'), "integer"),
    "a field is too many": (sent('{"size": 3, "more": 1}'), "more"),
    "the answer is no JSON": (lambda: Response("3", content_type="text/html"), "text/html"),
    "the status is another": (sent('{"size": 3}', 202), "202"),
    "the refusal is not documented": (refuse, "409"),
    "the server fails": (explode, "500"),
}


def asked(view):
    """The app, and the one operation that it documents beside the common ones."""
    route = Route("POST", "/v1/size", ANYONE, view, Operation("Say the size.", Size, body=Wanted))
    clock = FixedClock()
    app = create_app(AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock)), [route])
    return app, next(found for found in operations(openapi.document("test", [route])) if found.label == "POST /v1/size")


@pytest.mark.parametrize("broken", BREAKS)
def test_an_answer_that_breaks_its_document_is_reported(broken):
    view, word = BREAKS[broken]
    app, operation = asked(view)
    case = valid_request(operation, GOOD, "").case
    found = faults(case, case.call(app=app, base_url="http://roster.example"))
    assert found and word in " ".join(found)


def test_answers_as_documented_are_not_reported():
    app, operation = asked(lambda: body())
    for given in ({"size": 3}, {"size": "x"}, {}):
        case = valid_request(operation, Good(body=given), "").case
        assert faults(case, case.call(app=app, base_url="http://roster.example")) == []


def test_requests_are_good_mixed_and_bad_and_the_same_for_a_seed():
    _, operation = asked(lambda: body())
    first, again, other = ([], [], [])
    for chance, out in ((1, first), (1, again), (2, other)):
        make_up(operation, GOOD, (NOBODY,), 40, chance, lambda one, out=out: out.append(one.case.body))
    assert [str(one) for one in first] == [str(one) for one in again] != [str(one) for one in other]
    assert {"size": 3} in first and any(
        not isinstance(one, dict) or not isinstance(one.get("size"), int) for one in first
    )


def test_the_tally_counts_by_service_and_keeps_every_fault():
    app, operation = asked(explode)
    tally, case = Tally(), valid_request(operation, GOOD, "").case
    tally.note("roster", case, case.call(app=app, base_url="http://roster.example"))
    assert tally.sent() == 1 and any("500" in fault for fault in tally.faults)
    assert tally.shown() == "roster: 1 requests, 0 answered well (500: 1)"


def test_no_made_up_request_changes_the_framing_of_the_message():
    _, operation = asked(sent('{"size": 3}'))
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        case = operation.Case(headers={"Transfer-Encoding": "size", "X-Size": "3"}, body={"size": 3})
        patch.setattr("tests.support.made_up._invalid", lambda operation: st.just(case))
        patch.setattr(type(operation), "as_strategy", lambda *_, **__: st.just(case))
        make_up(operation, GOOD, (NOBODY,), 3, 1, lambda asked: seen.append(dict(asked.case.headers)))
    assert seen
    assert all("Transfer-Encoding" not in headers for headers in seen)
    assert any(headers.get("X-Size") == "3" for headers in seen)
