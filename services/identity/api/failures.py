"""Wrong codes and birth dates, told to the security log as it is told of wrong passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.service.request import caller, source

WRONG = (
    "code-or-birth-date-wrong",
    "activation-code-wrong",
    "reset-code-wrong",
    "birth-date-wrong",
    "download-code-wrong",
)


@contextmanager
def wrong_code_told() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if refused.code in WRONG:
            who = caller()
            security_event("sign-in-failed", account=who.account, role=who.role, source=source(), by=refused.code)
        raise
