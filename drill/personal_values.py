"""Every personal value of a drill, for tests that search events, logs, metrics, addresses and object names for them."""

from __future__ import annotations

import json
from pathlib import Path

from drill.world import World

SHORTEST = 2


def personal_values(world: World) -> set[str]:
    """Names, numbers, phones, addresses, birth dates, logins, passwords, codes as typed and as printed."""
    plain = {secret for secret in world.secrets if len(secret) >= SHORTEST}
    grouped = {
        "-".join(code[i : i + 4] for i in range(0, 16, 4))
        for code in plain
        if len(code) == 16 and code.isascii() and code.isalnum()
    }
    return plain | grouped


def searchable(secrets: set[str], public: str) -> set[str]:
    """The secrets that do not occur in a public text: a pupil called 金山 has the name of a district."""
    return {secret for secret in secrets if secret not in public}


def write_personal_values(world: World, path: Path) -> None:
    """Write a JSON list, readable by its owner only."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(sorted(personal_values(world)), ensure_ascii=False))
