"""The services by name. Publishers, those with public events, are in shared/language/contracts."""

from __future__ import annotations

BACKENDS = ("identity", "roster", "upload", "stats")  # with a store, an API and a worker
SERVICES = (*BACKENDS, "portal")
