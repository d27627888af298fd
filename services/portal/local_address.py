"""Addresses inside the portal."""

from __future__ import annotations

import re

LOCAL = re.compile(r"/(?![/\\])[^\s\\]*\Z")


def local(address: str) -> str:
    """The address if it is inside the portal, else "/": no link leads to another site."""
    return address if LOCAL.match(address) else "/"
