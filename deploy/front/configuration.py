"""The configuration of the proxy: two doors for every service, people's and inside, and one to the object store."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploy.front import answers
from shared.service.entrance import ADDRESS, DOOR, INSIDE, PEOPLE, PERSON, door_header, hosts_of
from shared.service.entrance import LOOPBACK as LOOPBACK_NAMES

LOOPBACK = "127.0.0.1"
TEMPLATE = Path(__file__).parent / "nginx.conf"
HEAD_SECONDS, PIECE_SECONDS = 10, 15
# Connections of one address at a time. 1,800 families in 30 minutes are one per second; each holds some connections,
# and for a minute or two on a line that they all share.
PEER_CONNECTIONS = 2000
KB, MB = 1 << 10, 1 << 20
SMALL = MB + 64 * KB  # bytes; services themselves refuse bodies above 1 MB, with their own sentence
PHOTO = 16 * MB
# Paths with larger bodies, as regular expressions -> bytes, above the limit of the route.
LARGE: Mapping[str, Mapping[str, int]] = {
    "portal": {
        "/u$": PHOTO,
        "/school/import$": 13 * MB,
        "/accounts/files$": 15 * MB,
        "/class/[^/]+/pupils/[^/]+/corrections$": 10 * MB,
    },
    "identity": {"/v1/account-files$": 15 * MB},
    "roster": {"/v1/units/[^/]+/imports$": 11 * MB, "/v1/pupils/[^/]+/corrections$": 10 * MB},
    "upload": {"/v1/photos$": PHOTO},
}
# Paths that no people's door shows, whatever the service behind it does.
HIDDEN = "~ ^/(internal|metrics|_health/ready)(/|$)"


class _Template(string.Template):
    delimiter = "%"


@dataclass(frozen=True, slots=True)
class Front:
    """One proxy.

    folder        its own, with pid and temporary files
    sockets       folder of the services' sockets
    key           by which it names itself
    listen        network address on which people's doors listen; those inside are on loopback
    people        service -> public address; its port is where the door listens
    inside        service -> port of the door inside
    objects       address of the object store; objects_public: its public address, for presigned PUTs
    trusted       networks of balancers in front, whose X-Forwarded-For counts
    user          "name group" for the worker processes when started by root, else ""
    """

    folder: Path
    sockets: Path
    key: bytes
    people: Mapping[str, str]
    inside: Mapping[str, int]
    objects: str = ""
    objects_public: str = ""
    doors: Mapping[str, int] = field(default_factory=dict)
    listen: str = LOOPBACK
    listen_inside: str = LOOPBACK
    trusted: Sequence[str] = ()
    user: str = ""
    processes: int = 1
    connections: int = 8192
    large: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: LARGE)

    def rendered(self) -> str:
        return _Template(TEMPLATE.read_text()).substitute(
            user=f"user {self.user};" if self.user else "",
            processes=self.processes,
            connections=self.connections,
            folder=self.folder,
            head_seconds=HEAD_SECONDS,
            piece_seconds=PIECE_SECONDS,
            small=SMALL,
            trusted="\n    ".join(self._trusted()),
            upstreams="\n".join(self._upstreams()),
            servers="\n".join(self._servers()),
        )

    def _trusted(self) -> Iterator[str]:
        yield from (f"set_real_ip_from {network};" for network in self.trusted)
        if self.trusted:
            yield f"real_ip_header {ADDRESS};"
            yield "real_ip_recursive on;"

    def _upstreams(self) -> Iterator[str]:
        for service in self.people:
            yield _upstream(service, f"unix:{self.sockets / service}")
        if self.objects:
            yield _upstream("objects", urlsplit(self.objects).netloc)

    def _servers(self) -> Iterator[str]:
        for service, address in self.people.items():
            ours = answers.pages() if service == "portal" else answers.problems()
            door = f"{self.listen}:{self.doors.get(service) or _port(address)}"
            yield from _server(door, hosts_of(address), [*ours, *self._peoples_door(service)])
            inside = f"{self.listen_inside}:{self.inside[service]}"
            yield from _server(inside, self._names_inside(), [*answers.problems(), *self._inside(service)])
        if self.objects:
            door = f"{self.listen}:{_port(self.objects_public)}"
            yield from _server(door, hosts_of(self.objects_public), [*answers.problems(), *_presigned()])

    def _names_inside(self) -> Collection[str]:
        """Any, where only services and operators reach the door; on loopback a browser of this machine does, too."""
        return LOOPBACK_NAMES if self.listen_inside == LOOPBACK else ()

    def _peoples_door(self, service: str) -> Iterator[str]:
        # Only the portal's callers are browsers that send cookies, even when another site makes them ask.
        plain = "if ($is_foreign) { gzip off; } " if service == "portal" else ""
        yield from (
            f"limit_conn peers {PEER_CONNECTIONS};",
            *_headers({DOOR: door_header(PEOPLE, self.key), ADDRESS: "$remote_addr", PERSON: "", "Forwarded": ""}),
            "gzip on;",
            "location = /_front/health { access_log off; return 204; }",
            f"location {HIDDEN} {{ return 404; }}",
            f"location / {{ {plain}proxy_pass http://{service}; }}",
        )
        for path, size in self.large.get(service, {}).items():
            yield f"location ~ ^{path} {{ client_max_body_size {size}; {plain}proxy_pass http://{service}; }}"

    def _inside(self, service: str) -> Iterator[str]:
        yield from (
            f"client_max_body_size {PHOTO};",
            *_headers({DOOR: door_header(INSIDE, self.key), ADDRESS: ""}),
            f"location / {{ proxy_pass http://{service}; }}",
        )


def _upstream(name: str, server: str) -> str:
    # Idle connections end here before gunicorn ends them, so that no request meets a connection that is being closed.
    return f"    upstream {name} {{ server {server}; keepalive 32; keepalive_timeout 60s; }}"


def _port(address: str) -> int:
    return urlsplit(address).port or (443 if address.startswith("https:") else 80)


def _server(listen: str, hosts: Collection[str], lines: Sequence[str]) -> Iterator[str]:
    """A server for these hosts, and one that refuses every other name. hosts: with or without a port; (): any."""
    if not hosts:
        yield _block([f"listen {listen} default_server;", *lines])
        return
    names = " ".join(sorted({host.partition(":")[0] for host in hosts}))
    yield _block([f"listen {listen};", f"server_name {names};", *lines])
    yield _block([f"listen {listen} default_server;", *answers.wrong_host()])


def _block(lines: Sequence[str]) -> str:
    return "\n".join(["    server {", *(f"        {line}" for line in lines), "    }"])


def _headers(given: Mapping[str, str]) -> Iterator[str]:
    """Request headers for a service. Of a header of ours that a client sends nothing remains."""
    for name, value in {"Host": "$http_host", "Connection": "", **given}.items():
        yield f'proxy_set_header {name} "{value}";'


def _presigned() -> Iterator[str]:
    """The door to the object store: one PUT with a signature in its address, which covers the Host header."""
    yield from (
        f"limit_conn peers {PEER_CONNECTIONS};",
        f"client_max_body_size {PHOTO};",
        *_headers({"Authorization": "", "Cookie": "", ADDRESS: "$remote_addr"}),
        "location / {",
        "    limit_except PUT { deny all; }",
        '    if ($args !~ "(^|&)X-Amz-Signature=") { return 403; }',
        "    proxy_pass http://objects;",
        "}",
    )
