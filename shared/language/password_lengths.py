"""Lengths of passwords, in code points: identity checks them, pages say them."""

from __future__ import annotations

STAFF, GUARDIAN, MOST = 12, 8, 128
