"""An app with routes of every kind, for its tests."""

from __future__ import annotations

from marshmallow import Schema, fields
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect

from shared.infrastructure.errors import Refused
from shared.infrastructure.mongo import is_unavailable
from shared.language.permissions import DECIDE_CODE_ALONE, PRINT_FORMS
from shared.service.app import ANYONE, SERVICE, SIGNED_IN, AppContext, Route
from shared.service.operations import Operation, ResponseSchema
from shared.service.request import body, caller, command_context, query
from tests.support.tokens import checker, service_auth

COUNTY = "/000000/110000/110101/"


class Inner(Schema):
    size = fields.Integer(required=True)


class Wanted(Schema):
    name = fields.String(required=True)
    inner = fields.Nested(Inner)


class InnerEcho(ResponseSchema):
    size = fields.Integer()


class Echo(ResponseSchema):
    name = fields.String()
    inner = fields.Nested(InnerEcho, metadata={"optional": True})


class Command(ResponseSchema):
    id = fields.String()
    actor = fields.String()
    fingerprint = fields.String()


ECHO = Operation("Echoes the request.", Echo, body=Wanted, query=Wanted)
SHOUT = Operation("Shows the command.", Command, body=Wanted)


def explode():
    raise ValueError("phone 13812345678 of 张三")


def lose_the_store():
    raise AutoReconnect("127.0.0.1:8017: connection closed")


def refuse():
    raise Refused("already-accepted", "It was accepted; return it first.", where="photo", extra={"photo": "p1"})


def shout():
    asked = command_context(body())
    return {"id": asked.id, "actor": asked.actor, "fingerprint": asked.fingerprint}


def running():
    """The number of requests that the metrics show as running."""
    return REGISTRY.get_sample_value("rollcall_running_requests")


ROUTES = [
    Route("GET", "/v1/anyone", ANYONE, lambda: {"role": caller().role}),
    Route("GET", "/v1/mine", SIGNED_IN, lambda: {"account": caller().account}),
    Route("GET", "/v1/county/<unit>", DECIDE_CODE_ALONE, lambda unit: {"unit": unit}),
    Route("GET", "/internal/control-totals", SERVICE, lambda: {"who": caller().account}),
    Route("POST", "/v1/shout", SIGNED_IN, shout, SHOUT),
    Route("POST", "/v1/shout/<name>", SIGNED_IN, lambda name: shout(), SHOUT),
    Route("POST", "/v1/echo", ANYONE, lambda: body(), ECHO, body_limit=100),
    Route("POST", "/v1/unsigned", ANYONE, lambda: {"id": command_context(b"x", actor="ticket:7").id}),
    Route("POST", "/v1/nobody", ANYONE, lambda: {"id": command_context(b"x").id}),
    Route("GET", "/v1/query", ANYONE, lambda: query(), ECHO),
    Route("GET", "/v1/explode", ANYONE, explode),
    Route("GET", "/v1/refuse", ANYONE, refuse),
    Route("GET", "/v1/store", ANYONE, lose_the_store),
    Route("GET", "/v1/running", ANYONE, lambda: {"running": running()}),
    Route("GET", "/v1/print", PRINT_FORMS, lambda: {"printed": True}, fresh=True),
]


def context(clock):
    return AppContext(
        "roster", clock, "abc123", checker(clock), service_auth("roster", clock), is_unavailable=is_unavailable
    )


def problem(response, status, code):
    """The document of a response that must be this problem."""
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    document = response.json
    assert (document["status"], document["title"], document["type"]) == (status, code, f"urn:rollcall:problem:{code}")
    assert document["detail"] and document["instance"].startswith("urn:rollcall:request:")
    return document
