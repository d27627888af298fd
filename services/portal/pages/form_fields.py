"""Fields of forms and addresses, checked before a service is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from datetime import date
from typing import Any

from flask import request

from shared.infrastructure.errors import Refused
from shared.language import codes

MAX_DIGITS = 9
DATE = re.compile(r"(\d{4})\D*?(\d{1,2})\D+(\d{1,2})\D*\Z|(\d{4})(\d{2})(\d{2})\Z")


def all_of(**checks: Callable[[], Any]) -> dict[str, Any]:
    """Results of the checks by name. Raises Refused: the only refusal, or one that lists those of all fields."""
    found, refused = {}, []
    for name, check in checks.items():
        try:
            found[name] = check()
        except Refused as each:
            refused.append(each)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        errors = [
            {"where": each.where, "code": each.code, "what": each.detail, "extra": each.extra} for each in refused
        ]
        where = ", ".join(each.where for each in refused)
        raise Refused("bad-fields", f"Fix these fields: {where}.", where=where, extra={"errors": errors})
    return found


def filled(field: str, most: int = 100) -> str:
    """The text, without spaces around it. Raises Refused("not-filled", "too-long")."""
    text = request.form.get(field, "").strip()
    if not text:
        raise Refused("not-filled", "Fill in this field.", where=field)
    if len(text) > most:
        raise Refused("too-long", f"At most {most} characters.", where=field, extra={"most": most})
    return text


def login() -> str:
    """An account name. Raises Refused("login-format"); identity checks it again."""
    text = filled("login")
    if not 3 <= len(text) <= 64 or any(character.isspace() for character in text):
        raise Refused("login-format", "An account name has 3 to 64 characters and no spaces.", where="login")
    return text


def new_password(field: str, least: int) -> str:
    """A password of enough characters. Raises Refused; identity knows which ones are too common."""
    text = request.form.get(field, "")
    if len(text) < least:
        raise Refused(
            "password-too-short", f"A password has at least {least} characters.", where=field, extra={"least": least}
        )
    return text


def same_twice(field: str, again: str) -> None:
    """Raises Refused("passwords-differ")."""
    if request.form.get(field, "") != request.form.get(again, ""):
        raise Refused("passwords-differ", "The two passwords differ.", where=again)


def code(field: str, kind: str) -> str:
    """A code of this kind, typed or pasted with its address. Raises Refused."""
    text = request.form.get(field, "")
    if not text.strip():
        raise Refused("not-filled", "Fill in this field.", where=field)
    return codes.parse(text, field, kind=kind)


def chosen_option(field: str, allowed: Container[str]) -> str:
    """The chosen option. Raises Refused("not-chosen"): an untouched select never counts as its first option."""
    value = request.form.get(field, "")
    if value not in allowed:
        raise Refused("not-chosen", "Choose one of the options.", where=field)
    return value


def chosen_options(field: str, allowed: Container[str]) -> list[str]:
    """The ticked options. Raises Refused("not-chosen") if there is none."""
    values = [value for value in request.form.getlist(field) if value in allowed]
    if not values:
        raise Refused("not-chosen", "Tick at least one of the options.", where=field)
    return values


def iso_day(text: str, where: str = "day") -> str:
    """A day in ISO form, or "" for "". Raises Refused("bad-day")."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise Refused("bad-day", "Write the day as 2026-11-23.", kind="bad-request", where=where) from error


def day(field: str) -> str:
    """A day that has to be filled in. Raises Refused("not-filled", "bad-day")."""
    return iso_day(filled(field), field)


def whole_number(field: str) -> int:
    """Raises Refused("not-a-number")."""
    text = request.form.get(field, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise Refused("not-a-number", "Enter digits only.", where=field)
    return int(text)


def born() -> str:
    """The child's birth date, which has to be filled in. Raises Refused("not-filled", "birth-date-format")."""
    return birth_date(filled("birth_date"))


def birth_date(text: str) -> str:
    """20160501, 2016-5-1 or 2016年5月1日 as "2016-05-01"."""
    found = DATE.match(text.strip())
    try:
        return date(*(int(group) for group in found.groups() if group)).isoformat()  # type: ignore[union-attr]
    except (AttributeError, ValueError) as error:
        raise Refused(
            "birth-date-format", "Write the birth date as 8 digits, for example 20160501.", where="birth_date"
        ) from error
