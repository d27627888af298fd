"""OpenAPI documents of the services, generated from the operations of their routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin, OpenAPIConverter
from marshmallow import Schema, fields, validate

from services.identity.api import requests as identity_schemas
from services.identity.api import routes as identity
from services.roster.api import arrival_routes as roster_arrivals
from services.roster.api import campaign_routes as roster_campaigns
from services.roster.api import code_routes as roster_codes
from services.roster.api import correction_routes as roster_corrections
from services.roster.api import import_routes as roster_imports
from services.roster.api import internal_routes as roster_internal
from services.roster.api import print_routes as roster_prints
from services.roster.api import region_routes as roster_regions
from services.roster.api import requests as roster_schemas
from services.roster.api import routes as roster
from services.stats.api import requests as stats_schemas
from services.stats.api import routes as stats
from services.upload.api import internal_routes as upload_internal
from services.upload.api import requests as upload_schemas
from services.upload.api import routes as upload
from shared.language.permissions import Permission
from shared.service.access_api import access_routes
from shared.service.app import ANYONE, SERVICE, SIGNED_IN, Needs, Route, common
from shared.service.audit_trail.api import audit_routes
from shared.service.closing_api import closing_routes
from shared.service.health_api import health_routes
from shared.service.operations import Operation, Problem, Shape
from shared.service.request import KEY

UNUSED: Any = None  # routes are described here, never called
BINARY = {"type": "string", "format": "binary"}
OF_KIND = {"application/json": {"type": "object"}, "text/plain": {"type": "string"}}
CLOSING, ACCESS, HEALTH = closing_routes(UNUSED, UNUSED), access_routes(UNUSED, UNUSED), health_routes(UNUSED)
AUDIT = audit_routes(UNUSED)
APIS: Mapping[str, tuple[Sequence[Route], Shape]] = {
    "identity": ([*identity.routes(UNUSED), *ACCESS, *AUDIT, *CLOSING, *HEALTH], identity_schemas.Addresses),
    "roster": (
        [
            *roster.routes(UNUSED),
            *roster_arrivals.arrival_routes(UNUSED),
            *roster_corrections.correction_routes(UNUSED),
            *roster_campaigns.campaign_routes(UNUSED),
            *roster_regions.region_routes(UNUSED),
            *roster_codes.code_routes(UNUSED),
            *roster_prints.print_routes(UNUSED),
            *roster_imports.import_routes(UNUSED),
            *roster_internal.internal_routes(UNUSED),
            *ACCESS,
            *AUDIT,
            *CLOSING,
            *HEALTH,
        ],
        roster_schemas.Addresses,
    ),
    "upload": (
        [*upload.routes(UNUSED), *upload_internal.internal_routes(UNUSED), *ACCESS, *AUDIT, *CLOSING, *HEALTH],
        upload_schemas.Addresses,
    ),
    "stats": ([*stats.routes(UNUSED), *AUDIT, *HEALTH], stats_schemas.Addresses),
}


class Headers(Schema):
    """The header of every command."""

    key = fields.String(required=True, data_key="Idempotency-Key", validate=validate.Regexp(KEY))


class Conditions(Schema):
    """The header of a request for what may not have changed."""

    held = fields.String(data_key="If-None-Match")


class Converter(OpenAPIConverter):
    """Patterns for JSON Schema, which searches: Python's `match` begins at the start by itself and ends with \\Z."""

    def field2pattern(self, field: Any, **_: Any) -> dict[str, str]:
        found: dict[str, str] = super().field2pattern(field)
        return {
            name: "^"
            + pattern.removeprefix("^").removesuffix(r"\Z").removesuffix("$")
            + ("$" if pattern.endswith((r"\Z", "$")) else "")
            for name, pattern in found.items()
        }


class Plugin(MarshmallowPlugin):
    Converter = Converter


def pages() -> dict[str, bytes]:
    """File name -> document, for every service."""
    documents = {name: document(name, routes, addresses) for name, (routes, addresses) in APIS.items()}
    return {
        f"{name}.json": orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
        for name, described in documents.items()
    }


def document(name: str, routes: Iterable[Route], addresses: Shape = Schema) -> dict[str, Any]:
    """The document of one service. addresses: a field for each name in "<>" of its rules."""
    plugin = Plugin(schema_name_resolver=lambda schema: type(schema).__name__)
    spec = APISpec(title=f"Rollcall {name}", version="1", openapi_version="3.1.0", plugins=[plugin])
    for scheme in ("person", "service"):
        spec.components.security_scheme(scheme, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.response(
        "Problem", {"description": "A refusal.", "content": {"application/problem+json": {"schema": Problem()}}}
    )
    for route in (*common(UNUSED), *routes):
        if not route.operation:
            raise LookupError(f"{route.method} {route.rule} of {name} has no operation.")
        spec.path(
            re.sub("<(.*?)>", r"{\1}", route.rule),
            operations={route.method.lower(): _operation(plugin.converter, route, route.operation, addresses)},
        )
    return spec.to_dict()


def _operation(converter: Any, route: Route, operation: Operation, addresses: Shape) -> dict[str, Any]:
    names = re.findall("<(.*?)>", route.rule)
    parameters = [
        {"in": "path", "name": name, "required": True, "schema": converter.field2property(addresses().fields[name])}
        for name in names
    ]
    further = (
        ("query", operation.query),
        ("header", operation.headers),
        ("header", Headers if operation.key else None),
        ("header", Conditions if operation.conditional else None),
    )
    parameters += [{"in": where, "schema": shape} for where, shape in further if shape]
    described = {
        "operationId": f"{route.method.lower()} {route.rule}",
        "summary": operation.summary,
        "security": _security(route.needs),
        "parameters": parameters,
        "responses": {
            str(operation.status): _success(operation),
            **({"304": {"description": "What the client holds has not changed."}} if operation.conditional else {}),
            **{str(code): "Problem" for code in refusals(route, operation)},
        },
    }
    if content := operation.body or operation.form:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json" if operation.body else "multipart/form-data": {"schema": content()}},
        }
    return described


def _security(needs: Needs) -> list[dict[str, list[str]]]:
    """The permission that a person needs; for ANYONE signing in is optional."""
    if isinstance(needs, Permission):
        return [{"person": [needs.name]}]
    return {ANYONE: [{}, {"person": []}], SIGNED_IN: [{"person": []}], SERVICE: [{"service": []}]}[needs]


def _success(operation: Operation) -> dict[str, Any]:
    if operation.response is None:
        return {"description": "Done."}
    if isinstance(operation.response, type):
        return {"description": "Done.", "content": {"application/json": {"schema": operation.response()}}}
    kinds = (operation.response,) if isinstance(operation.response, str) else operation.response
    return {"description": "Done.", "content": {kind: {"schema": OF_KIND.get(kind, BINARY)} for kind in kinds}}


def refusals(route: Route, operation: Operation) -> list[int]:
    """Statuses that follow from needs, inputs and address of a route, and those that its operation adds."""
    found = {401, 503, *operation.refuses}
    found |= {403} if route.needs not in (ANYONE, SERVICE) else set()
    found |= {404} if "<" in route.rule else set()
    found |= {400} if "<" in route.rule or operation.query else set()  # by the proxy, for an address that is too long
    found |= {422} if operation.query or operation.body else set()
    found |= {400, 413} if operation.body else set()
    found |= {400, 413, 415, 422} if operation.form else set()
    found |= {400, 409, 422} if operation.key else set()
    return sorted(found)
