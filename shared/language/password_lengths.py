"""How long passwords are, in code points: identity checks it, pages say it."""

from __future__ import annotations

STAFF, GUARDIAN, MOST = 12, 8, 128
