"""The entrance of a service. The proxy in front has two doors, and names with its key the one a request came through:
the people's, and the one inside for services and operators.

The portal calls services through the door inside on behalf of people. It forwards the network address of the person,
signed, for one service and a minute.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.service.auth import decode

PEOPLE, INSIDE = "people", "inside"
# Request headers. The proxy sets or clears each of them at the people's door, whatever a client has sent.
DOOR, ADDRESS, PERSON = "X-Rollcall-Door", "X-Forwarded-For", "X-Rollcall-Person"
PORTAL, LOOPBACK = "portal", ("127.0.0.1", "localhost")
FORWARDING_SECONDS = 60


def door_header(door: str, key: bytes) -> str:
    """The value by which the proxy names a door."""
    return f"{door} {key.hex()}"


def hosts_of(address: str) -> frozenset[str]:
    """Host headers of an address. The two names of this machine's loopback are alike."""
    host = urlsplit(address).netloc.lower()
    name, _, port = host.partition(":")
    return frozenset(f"{alike}:{port}" for alike in LOOPBACK) if name in LOOPBACK else frozenset((host,))


class Forwarding:
    """Network addresses of people, signed by the portal with a key for this purpose alone."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def headers(self, audience: str, source: str) -> dict[str, str]:
        """Headers of a call to a service. source: the person's network address, "" if it is unknown."""
        now = self._clock.now() // 1000
        claims = {"sub": PORTAL, "aud": audience, "iat": now, "exp": now + FORWARDING_SECONDS, "source": source}
        return {PERSON: jwt.encode(claims, self._key, algorithm="HS256")}

    def source(self, token: str, audience: str) -> str | None:
        """The network address in a header; None unless the portal has just signed it for this service."""
        try:
            claims = decode(token, self._key, "HS256", audience, self._clock)
        except (jwt.PyJWTError, Refused):
            return None
        return str(claims["source"]) if claims["sub"] == PORTAL and "source" in claims else None


@dataclass(frozen=True, slots=True)
class Entrance:
    """Admits requests of one service. key: shared with the proxy. hosts: Host headers of people; (): any."""

    service: str
    key: bytes
    forwarding: Forwarding
    hosts: Collection[str] = ()

    def admit(self, headers: Mapping[str, str], doors: Collection[str]) -> str:
        """The network address of the person, "" if it is unknown. doors: through which the route can be reached.

        Raises Refused: "not-found" for a route that people must not see; "wrong-host"; "proxy-only" for people's
        traffic that did not come through the proxy, nor from the portal on behalf of a person.
        """
        door = self._door(headers.get(DOOR, ""))
        if door == PEOPLE:
            if PEOPLE not in doors:
                raise Refused("not-found", "There is no such address.")
            if self.hosts and headers.get("Host", "").lower() not in self.hosts:
                raise Refused("wrong-host", "This host is not served here.", kind="bad-request", where="Host")
            return headers.get(ADDRESS, "")
        source = self.forwarding.source(headers.get(PERSON, ""), self.service) if door == INSIDE else None
        if source is None and not (door == INSIDE and INSIDE in doors):
            raise Refused("proxy-only", "Send this to the service's public address.", kind="outside-scope")
        return source or ""

    def _door(self, named: str) -> str:
        """The door that the proxy has named, "" if it was not the proxy."""
        given = named.encode()
        return next((door for door in (PEOPLE, INSIDE) if hmac.compare_digest(given, self._name(door))), "")

    def _name(self, door: str) -> bytes:
        return door_header(door, self.key).encode()
