"""The registry's data of a child, read and copied by its guardian; and withdrawal by the codes on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.formats import moment
from services.portal.pages.enrolment_history import history
from services.portal.pages.form_fields import all_of, born, code
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import iso
from shared.language import codes


def show(pupil: str) -> Any:
    read = services().roster.get(f"/v1/pupils/{segment(pupil)}/registry", signed_in().access)
    corrections = services().roster.get(f"/v1/pupils/{segment(pupil)}/corrections", signed_in().access)["items"]
    return render(
        "registry.html", registry=read, read_at=iso(read["read_at"]), history=history(pupil), corrections=corrections
    )


def copy(pupil: str) -> Any:
    """The data in full as a text file, which every telephone opens; a table would round long numbers."""
    read = services().roster.get(f"/v1/pupils/{segment(pupil)}/registry/copy", signed_in().access)
    return Response(
        "\ufeff" + "\r\n".join(_lines(read)) + "\r\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="registry.txt"'},
    )


def _lines(read: Mapping[str, Any]) -> list[str]:
    child = [f"{field['title']}：{field['value']}" for field in read["fields"]]
    guardians = [
        f"{t('registry.guardian')}：{g['name']} {g['relation']} {g['phone_masked']}" for g in read["guardians"]
    ]
    return [t("registry.as-of", at=moment(iso(read["read_at"]))), read["school_name"], *child, *guardians]


def show_withdrawal() -> Any:
    return render("withdrawal.html")


def withdraw() -> Any:
    """Withdraw what was sent with the upload code alone: by both codes and the birth date, without an account."""
    given = all_of(
        upload_code=lambda: code(_field_of(codes.UPLOAD, "upload_code", "registration_code"), codes.UPLOAD),
        registration_code=lambda: code(
            _field_of(codes.REGISTRATION, "registration_code", "upload_code"), codes.REGISTRATION
        ),
        birth_date=born,
    )
    done = services().identity.post("/v1/withdrawals", given, key=request.form.get("key", ""))
    return redirect(f"/withdrawal?done={'withdrawn' if done['photos'] else 'nothing-withdrawn'}", 303)


def _field_of(kind: str, field: str, other: str) -> str:
    """The field of a code; the other one if the two codes were entered the wrong way round."""
    typed = {name: codes.kind_of(codes.plain(request.form.get(name, ""))) for name in (field, other)}
    return other if typed[other] == kind and typed[field] != kind and typed[field] else field
