"""Verify the audit trail of every service: a gap, a change, a wrong order or a missing end is named.

    python -m services.identity.operator.verify_audit [--log FILE ...]

--log: the security log as it was shipped, files or folders, for identity's own chains; by default SECURITY_LOG. The
other services verify theirs with the SECURITY_LOG of their own.
"""

from __future__ import annotations

import sys

from services.identity.settings import Settings
from shared.infrastructure.config import load
from shared.service.audit_trail.command import verify_command
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    """Exit status 0 without a fault, 1 with one, 2 if a service could not be asked."""
    service = bootstrap("identity", load(Settings), logs=sys.stderr)
    settings = service.settings
    addresses = {"roster": settings.roster_url, "upload": settings.upload_url, "stats": settings.stats_url}
    return verify_command(service, arguments, {name: service.internal(name, url) for name, url in addresses.items()})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
