"""Rules for login and name of an account, the same in requests and in files."""

from __future__ import annotations

import re

from shared.language.display_text import hidden

LOGIN, LOGIN_RULE = r"[^\s\x00-\x1f\x7f]{3,64}\Z", "3 to 64 characters without spaces."
NAME, NAME_RULE, MOST_NAME = r"(?=.*\S)[^<>]+\Z", "A name without < or >.", 100


def wrong_field(login: str, name: str) -> tuple[str, str]:
    """The first of the two that no account may have, and its rule; ("", "") if both are right."""
    if not re.match(LOGIN, login):
        return "login", LOGIN_RULE
    if len(name) > MOST_NAME or not re.match(NAME, name) or hidden(name):
        return "display_name", f"{NAME_RULE} At most {MOST_NAME} characters, none of them invisible."
    return "", ""
