"""The sockets of services on one machine: each has two in turn, and a link by which the proxy finds the one in use.

So a new process is ready at the other socket before any request reaches it, and the one before keeps its own until it
has answered what it has begun: at its end gunicorn removes the socket that it was bound to.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LONGEST = 100  # characters of a socket's path; the system allows 104 or 108
LONGEST_NAME = "/identity.1"


class Sockets:
    """The sockets of one copy, in a folder that only its user reaches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._newest: dict[str, str] = {}  # service -> name of the socket of the process that was started here last

    def make(self) -> None:
        """Make the folder. Raises ValueError when a socket in it would have too long a name."""
        if len(str(self._folder)) + len(LONGEST_NAME) > LONGEST:
            raise ValueError(
                f"{self._folder} is too long for the name of a socket: choose a shorter folder with DATA=."
            )
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)

    def of(self, service: str) -> Path:
        """Where the process that was started last listens; of a copy that was started elsewhere, the link."""
        return self._folder / self._newest.get(service, service)

    def next(self, service: str) -> str:
        """The name of the socket to which the link does not lead, for a new process."""
        first, second = f"{service}.1", f"{service}.2"
        link = self._folder / service
        self._newest[service] = second if link.is_symlink() and link.readlink() == Path(first) else first
        return self._newest[service]

    def lead(self, service: str) -> None:
        """Let the proxy's next connection go to the process that was started last; no moment is without one."""
        beside = self._folder / f"{service}.next"
        beside.unlink(missing_ok=True)
        beside.symlink_to(self._newest[service])
        beside.replace(self._folder / service)

    def forget(self, services: Iterable[str]) -> None:
        """Forget the processes that were started last: those to which the links lead go on."""
        for service in services:
            self._newest.pop(service, None)
