"""One authority and one certificate, with which the parts of a control plane on loopback know each other."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

AGGREGATOR = "aggregator"  # the API server, when it asks another server in somebody's name
DAYS = "2"
NEW = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", DAYS)


def make(folder: Path, names: Sequence[str]) -> None:
    """Write ca.crt, and tls.crt and tls.key for these names, which serve and ask."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, key = str(folder / "ca.crt"), str(folder / "ca.key")
    openssl(*NEW, "-subj", "/CN=rollcall", "-keyout", key, "-out", authority)
    openssl(
        *NEW,
        *("-CA", authority, "-CAkey", key, "-subj", f"/CN={AGGREGATOR}"),
        *("-addext", f"subjectAltName=IP:127.0.0.1,{','.join(f'DNS:{name}' for name in names)}"),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
        *("-addext", "extendedKeyUsage=serverAuth,clientAuth"),
        *("-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")),
    )


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
