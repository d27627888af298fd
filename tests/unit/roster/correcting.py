"""Corrections over HTTP, for tests: entered by the school, decided by leader and bureau."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import orjson
from werkzeug.test import TestResponse

from tests.unit.roster.county import CLASS, COUNTY, HERE, County

TEACHER = f"{HERE}{CLASS}/"
PDF = b"%PDF-1.4\nhousehold register\n%%EOF\n"
AS = {"leader": (HERE, "approval"), "county": (COUNTY, "confirmation")}


def send(
    county: County,
    pupil: str,
    fields: Mapping[str, str],
    proof: bytes = b"",
    *,
    role: str = "school",
    path: str = HERE,
    key: str = "",
) -> TestResponse:
    data: dict[str, Any] = {"fields": orjson.dumps(fields).decode()}
    if proof:
        data["proof"] = (io.BytesIO(proof), "proof.pdf")
    address = f"/v1/pupils/{pupil}/corrections"
    return county.ask("POST", address, role, [path], key=key, data=data, content_type="multipart/form-data")


def enter(county: County, pupil: str, fields: Mapping[str, str], proof: bytes = b"", **by: str) -> Any:
    response = send(county, pupil, fields, proof, **by)
    assert response.status_code == 201, response.text
    return response.json


def decide(
    county: County, pupil: str, id: str, role: str, accept: bool = True, reason: str = "", path: str = "", key: str = ""
) -> TestResponse:
    at, step = AS[role]
    body = {"accept": accept, "reason": reason}
    address = f"/v1/pupils/{pupil}/corrections/{id}/{step}"
    return county.ask("POST", address, role, [path or at], json=body, key=key)


def withdraw(county: County, pupil: str, id: str, role: str = "school", path: str = HERE) -> TestResponse:
    return county.ask("POST", f"/v1/pupils/{pupil}/corrections/{id}/withdrawal", role, [path])


def waiting(county: County, unit: str, role: str, path: str) -> Any:
    return county.get(f"/v1/units/{unit}/waiting-corrections", role, path)


def history(county: County, pupil: str) -> list[Any]:
    """As the guardian of the pupil sees it."""
    return list(county.get(f"/v1/pupils/{pupil}/corrections", "guardian", pupils=[pupil])["items"])


def record(county: County, pupil: str) -> dict[str, str]:
    """The personal fields, and the class."""
    row = county.tables.pupils.get(pupil)
    assert row is not None
    return {**county.deps.personal_data.fields(row), "class": row.state.class_}
