"""The context of one request: language, session, form protection, photos sent, flashes. All kept in cookies."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, g, request

from services.portal.dependencies import deps
from services.portal.session import Session
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.grants import Grant, of_claim
from shared.language.permissions import Permission

LANGUAGES = ("zh", "en")
PHOTOS_KEPT, DEVICES_KEPT = 8, 8
FLASHES_BYTES = 2800  # sealed, they fill the 4 kB that every browser keeps of a cookie
VISITOR = re.compile(r"[0-9a-f]{32}\Z")
SESSION_COOKIE, VISITOR_COOKIE, PHOTOS_COOKIE, DEVICES_COOKIE, FLASHES_COOKIE, LANG_COOKIE = (
    "rollcall_session",
    "rollcall_visitor",
    "rollcall_photos",
    "rollcall_devices",
    "rollcall_flashes",
    "lang",
)
REGISTRY_COOKIE, REGISTRY_SECONDS = "rollcall_registry", 10 * 60
YEAR, PHOTOS_SECONDS, DEVICES_SECONDS, FLASHES_SECONDS = 365 * 86_400, 3 * 86_400, 180 * 86_400, 30 * 60


@dataclass(slots=True)
class RequestContext:
    """visitor: a random id of the browser, 32 hexadecimal digits.

    photos: sent from this browser, newest last: photo -> {token, at in ms, account or "", code | pupil and campaign}.
    devices: device tokens of identity, by the keyed hash of the login that signed in with this browser.
    flashes: what the response to a form keeps for the page it leads to, newest last (flash.py).
    registry_secret: of the sign-in at the registry that has begun in this browser, or "".
    ended: the account whose session has ended in this request, or "".
    changed: names of the cookies to set. form_token: of this response, "" until a form asks for it.
    """

    lang: str
    visitor: str
    session: Session | None
    photos: dict[str, dict[str, str]] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    flashes: dict[str, dict[str, Any]] = field(default_factory=dict)
    registry_secret: str = ""
    ended: str = ""
    changed: set[str] = field(default_factory=set)
    form_token: str = ""

    @property
    def token(self) -> str:
        return self.session.access if self.session else ""

    @property
    def known_visitor(self) -> str:
        """The visitor, "" when this request brought no such cookie."""
        return "" if VISITOR_COOKIE in self.changed else self.visitor

    @property
    def role(self) -> str:
        return self.session.role if self.session else ""

    @property
    def account(self) -> str:
        return self.session.account if self.session else ""

    def may(self, permission: Permission) -> bool:
        """True if the role or a grant of today allows it somewhere."""
        return roles.may(self.role, permission) or any(each.permission == permission.name for each in self.grants)

    @property
    def grants(self) -> list[Grant]:
        """Permissions that the account holds today beyond its role."""
        today = day_of(deps().clock.now())
        return [each for each in of_claim(self.session.grants if self.session else ()) if each.holds_on(today)]

    def set_session(self, session: Session | None) -> None:
        """None signs out. At a sign-in, the flashes of others end, those of a visitor without an account, too."""
        self.ended = self.account if session is None else ""
        self.session = session
        self.changed.add(SESSION_COOKIE)
        if session:
            self.drop_flashes(lambda _, flash: flash["account"] != session.account)

    def add_photo(self, photo: str, submission: dict[str, str]) -> None:
        """Keep the newest PHOTOS_KEPT photos."""
        kept = {id: earlier for id, earlier in self.photos.items() if id != photo}
        self.photos = dict([*kept.items(), (photo, submission)][-PHOTOS_KEPT:])
        self.changed.add(PHOTOS_COOKIE)

    def keep_device(self, login: str, token: str) -> None:
        """Keep the token by which identity knows this browser at the next sign-in; of the last DEVICES_KEPT logins."""
        key = deps().cookies.login_key(login)
        others = {kept: value for kept, value in self.devices.items() if kept != key}
        self.devices = dict([*others.items(), (key, token)][-DEVICES_KEPT:])
        self.changed.add(DEVICES_COOKIE)

    def keep_registry_secret(self, secret: str) -> None:
        """Keep it until the registry answers; "" forgets it."""
        self.registry_secret = secret
        self.changed.add(REGISTRY_COOKIE)

    def device_of(self, login: str) -> str:
        return self.devices.get(deps().cookies.login_key(login), "")

    def add_flash(self, id: str, flash: dict[str, Any]) -> None:
        """Keep this one and the newest that fit into a cookie; slips before others, whose loss costs less."""
        kept = {**self.flashes, id: flash}
        while len(kept) > 1 and len(orjson.dumps(kept)) > FLASHES_BYTES:
            others = [each for each, earlier in kept.items() if each != id and not earlier["is_slip"]]
            del kept[[*others, *kept][0]]
        self.flashes = kept
        self.changed.add(FLASHES_COOKIE)

    def drop_flashes(self, is_over: Callable[[str, dict[str, Any]], bool]) -> None:
        kept = {id: flash for id, flash in self.flashes.items() if not is_over(id, flash)}
        if len(kept) < len(self.flashes):
            self.flashes = kept
            self.changed.add(FLASHES_COOKIE)

    def forget_own(self) -> None:
        """Photos and flashes, at the sign-out."""
        self.photos, self.flashes = {}, {}
        self.changed |= {PHOTOS_COOKIE, FLASHES_COOKIE}


def has_context() -> bool:
    return "portal_context" in g


def context() -> RequestContext:
    """The context of the present request."""
    return g.portal_context  # type: ignore[no-any-return]


def signed_in() -> Session:
    """The session of the present request. Raises Refused("not-signed-in")."""
    session = context().session
    if session is None:
        raise Refused("not-signed-in", "Sign in first.")
    return session


def form_token() -> str:
    """The token of all forms in this response."""
    current = context()
    current.form_token = current.form_token or deps().cookies.form_token(current.visitor)
    return current.form_token


def is_form_token(token: str) -> bool:
    return deps().cookies.is_form_token(token, context().visitor)


def _cookie(name: str) -> str:
    """The name of a cookie in the browser. Nobody but this host over HTTPS can set one that begins with __Host-."""
    return f"__Host-{name}" if deps().secure else name


def begin() -> None:
    """Before every request: read the cookies."""
    cookies, chosen = deps().cookies, request.args.get("lang", "")
    lang = chosen if chosen in LANGUAGES else request.cookies.get(_cookie(LANG_COOKIE), "zh")
    visitor = request.cookies.get(_cookie(VISITOR_COOKIE), "")
    is_valid = VISITOR.match(visitor) is not None
    g.portal_context = RequestContext(
        lang if lang in LANGUAGES else "zh",
        visitor if is_valid else secrets.token_hex(16),
        cookies.open_session(request.cookies.get(_cookie(SESSION_COOKIE), "")),
        cookies.open("photos", request.cookies.get(_cookie(PHOTOS_COOKIE), "")) or {},
        cookies.open("devices", request.cookies.get(_cookie(DEVICES_COOKIE), "")) or {},
        cookies.open("flashes", request.cookies.get(_cookie(FLASHES_COOKIE), "")) or {},
        (cookies.open("registry", request.cookies.get(_cookie(REGISTRY_COOKIE), "")) or {}).get("secret", ""),
    )
    g.portal_context.changed |= ({LANG_COOKIE} if chosen in LANGUAGES else set()) | (
        set() if is_valid else {VISITOR_COOKIE}
    )


def finish(response: Response) -> Response:
    """After every request: set the changed cookies, httpOnly, SameSite=Lax, Secure where the setting says HTTPS."""
    current: RequestContext | None = g.get("portal_context")
    if current is None or request.endpoint == "static":
        return response

    def keep(cookie: str, value: str, seconds: int | None = None) -> None:
        response.set_cookie(
            _cookie(cookie), value, max_age=seconds, httponly=True, samesite="Lax", secure=deps().secure
        )

    if LANG_COOKIE in current.changed:
        keep(LANG_COOKIE, current.lang, YEAR)
    if VISITOR_COOKIE in current.changed:
        keep(VISITOR_COOKIE, current.visitor, YEAR)
    if PHOTOS_COOKIE in current.changed:
        keep(PHOTOS_COOKIE, deps().cookies.seal("photos", current.photos), PHOTOS_SECONDS)
    if DEVICES_COOKIE in current.changed:
        keep(DEVICES_COOKIE, deps().cookies.seal("devices", current.devices), DEVICES_SECONDS)
    if FLASHES_COOKIE in current.changed:
        keep(FLASHES_COOKIE, deps().cookies.seal("flashes", current.flashes), FLASHES_SECONDS)
    if REGISTRY_COOKIE in current.changed:
        keep(REGISTRY_COOKIE, deps().cookies.seal("registry", {"secret": current.registry_secret}), REGISTRY_SECONDS)
    if SESSION_COOKIE in current.changed and current.session:
        keep(SESSION_COOKIE, deps().cookies.seal_session(current.session))
    elif SESSION_COOKIE in current.changed:
        response.delete_cookie(_cookie(SESSION_COOKIE), httponly=True, samesite="Lax", secure=deps().secure)
    return response
