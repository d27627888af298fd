"""Fields of forms and addresses, checked before a service is called."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date

from flask import request

from shared.infrastructure.errors import Refused

MAX_DIGITS = 9
DATE = re.compile(r"(\d{4})\D*?(\d{1,2})\D+(\d{1,2})\D*\Z|(\d{4})(\d{2})(\d{2})\Z")


def chosen_option(field: str, allowed: Container[str]) -> str:
    """The chosen option. Raises Refused("not-chosen"): an untouched select never counts as its first option."""
    value = request.form.get(field, "")
    if value not in allowed:
        raise Refused("not-chosen", "Choose one of the options.", where=field)
    return value


def iso_day(text: str) -> str:
    """A day in ISO form, or "" for "". Raises Refused("bad-day")."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise Refused("bad-day", "Write the day as 2026-11-23.", kind="bad-request", where="day") from error


def whole_number(field: str) -> int:
    """Raises Refused("not-a-number")."""
    text = request.form.get(field, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise Refused("not-a-number", "Enter digits only.", where=field)
    return int(text)


def birth_date(text: str) -> str:
    """20160501, 2016-5-1 or 2016年5月1日 as "2016-05-01"."""
    found = DATE.match(text.strip())
    try:
        return date(*(int(group) for group in found.groups() if group)).isoformat()  # type: ignore[union-attr]
    except (AttributeError, ValueError) as error:
        raise Refused(
            "birth-date-format", "Write the birth date as 8 digits, for example 20160501.", where="birth_date"
        ) from error
