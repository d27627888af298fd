"""The command of an operator that verifies audit trails: `python -m services.<name>.operator.verify_audit`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from shared.infrastructure.errors import Refused
from shared.service.audit_trail.api import VERIFICATION
from shared.service.audit_trail.verification import Verified, verify_trail
from shared.service.bootstrap import ServiceContext
from shared.service.service_client import InternalClient


def verify_command(
    service: ServiceContext[Any], arguments: Sequence[str], others: Mapping[str, InternalClient] | None = None
) -> int:
    """Verify the chains of this service, and have the others verify theirs; a sentence for each fault.

    Exit status 0 without a fault, 1 with one, 2 if a service could not be asked.
    """
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name}.operator.verify_audit")
    parser.add_argument("--log", nargs="*", default=(), help="files or folders of the security log, as it was shipped")
    asked = parser.parse_args(arguments)
    clean = _tell(service.name, verify_trail(service.trail, asked.log))
    for name, client in (others or {}).items():
        try:
            clean = _tell(name, Verified(**client.get(VERIFICATION))) and clean
        except Refused as refused:
            sys.stdout.write(f"{name}: not verified. {refused.detail}\n")
            return 2
    return 0 if clean else 1


def _tell(name: str, found: Verified) -> bool:
    """Write what was found; whether it is without a fault."""
    for fault in found.faults:
        sys.stdout.write(f"{fault}\n")
    verdict = f"{len(found.faults)} faults" if found.faults else "no gap, no change"
    sys.stdout.write(
        f"{name}: {found.entries} entries in {found.chains} chains, {found.anchored} of them compared with the "
        f"security log: {verdict}.\n"
    )
    return not found.faults
