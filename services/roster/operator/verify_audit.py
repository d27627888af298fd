"""Verify the chains of roster's audit trail: a gap, a change, a wrong order or a missing end is named.

    python -m services.roster.operator.verify_audit [--log FILE ...]

--log: the security log as it was shipped, files or folders; by default SECURITY_LOG. All services at once:
`services.identity.operator.verify_audit`.
"""

from __future__ import annotations

import sys

from services.roster.settings import Settings
from shared.infrastructure.config import load
from shared.service.audit_trail.command import verify_command
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    """Exit status 0 without a fault, else 1."""
    return verify_command(bootstrap("roster", load(Settings), logs=sys.stderr), arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
