"""The registry's data of a child, read and copied by its guardian; and withdrawal by the codes on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request

from services.portal.dependencies import services
from services.portal.formats import moment
from services.portal.pages.form_fields import birth_date
from services.portal.rendering import render, t
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.clock import iso
from shared.infrastructure.errors import Refused
from shared.language import codes


def show(pupil: str) -> Any:
    read = services().roster.get(f"/v1/pupils/{segment(pupil)}/registry", signed_in().access)
    return render("registry.html", registry=read, read_at=iso(read["read_at"]))


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
    try:
        given = {
            "upload_code": _code("upload_code", codes.PageOne, "page-two-code"),
            "registration_code": _code("registration_code", codes.PageTwo, "page-one-code"),
            "birth_date": birth_date(request.form.get("birth_date", "")),
        }
        done = services().identity.post("/v1/withdrawals", given, key=request.form.get("key", ""))
    except Refused as refused:
        return render("withdrawal.html", problem=refused, given=request.form)
    return redirect(f"/withdrawal?done={'withdrawn' if done['photos'] else 'nothing-withdrawn'}", 303)


def _code(field: str, page: type[codes.PageOne] | type[codes.PageTwo], swapped: str) -> str:
    """A code as typed, or from the address of the QR of its page. Raises Refused."""
    text = request.form.get(field, "")
    address = codes.parse_qr(text)
    if address is None:
        return codes.parse(text, field)
    if not isinstance(address, page):
        raise Refused(swapped, "This is the code of the other page.", where=field)
    return address.code
