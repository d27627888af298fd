"""One request of a person: language, session, form protection, the photos this browser has sent. Kept in cookies, nowhere else."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from services.portal.service_client import Services
from services.portal.session import Session, SignIn, Vault
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.service.app import ANYONE, Route

LANGUAGES = ("zh", "en")
FORM_LIMIT = 64 << 10
PHOTOS_KEPT = 8
VISITOR = re.compile(r"[0-9a-f]{32}\Z")
LOCAL = re.compile(r"/(?![/\\])[^\s\\]*\Z")
SESSION, VISIT, PHOTOS, LANG = "rollcall_session", "rollcall_visit", "rollcall_photos", "lang"
YEAR = 365 * 86_400

View = Callable[..., Any]


@dataclass(slots=True)
class Portal:
    """What pages need: the services, the clock, sealed cookies, sign-in."""

    services: Services
    clock: Clock
    vault: Vault
    sign_in: SignIn
    secure: bool


@dataclass(slots=True)
class Visit:
    """photos: what this browser has sent, newest last: photo -> {token, at in ms, account or "", code | pupil and campaign}."""

    lang: str
    visitor: str
    session: Session | None
    photos: dict[str, dict[str, str]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    @property
    def token(self) -> str:
        return self.session.access if self.session else ""

    @property
    def role(self) -> str:
        return self.session.role if self.session else ""

    def signed_in(self, session: Session | None) -> None:
        self.session = session
        self.changed.add(SESSION)

    def sent_photo(self, photo: str, about: dict[str, str]) -> None:
        self.photos = dict([*((p, a) for p, a in self.photos.items() if p != photo), (photo, about)][-PHOTOS_KEPT:])
        self.changed.add(PHOTOS)

    def forget_photos(self) -> None:
        self.photos = {}
        self.changed.add(PHOTOS)


def portal() -> Portal:
    return current_app.extensions["portal"]  # type: ignore[no-any-return]


def services() -> Services:
    return portal().services


def visit() -> Visit:
    return g.visit  # type: ignore[no-any-return]


def signed_in() -> Session:
    """The session of a page that only signed-in people reach."""
    if visit().session is None:
        raise Refused("not-signed-in", "Sign in first.")
    return visit().session  # type: ignore[return-value]


def form_token() -> str:
    return portal().vault.form_token(visit().visitor)


def begin() -> None:
    """Before every request: what the cookies say."""
    vault, asked = portal().vault, request.args.get("lang", "")
    lang = asked if asked in LANGUAGES else request.cookies.get(LANG, "zh")
    visitor = request.cookies.get(VISIT, "")
    known = VISITOR.match(visitor) is not None
    g.visit = Visit(
        lang if lang in LANGUAGES else "zh",
        visitor if known else secrets.token_hex(16),
        vault.open_session(request.cookies.get(SESSION, "")),
        vault.open("photos", request.cookies.get(PHOTOS, "")) or {},
    )
    g.visit.changed |= ({LANG} if asked in LANGUAGES else set()) | (set() if known else {VISIT})


def finish(answer: Response) -> Response:
    """After every request: cookies that changed. httpOnly, SameSite=Lax, Secure where the setting says HTTPS."""
    now: Visit | None = g.get("visit")
    if now is None or request.endpoint == "static":
        return answer

    def keep(cookie: str, value: str, seconds: int | None = None) -> None:
        answer.set_cookie(cookie, value, max_age=seconds, httponly=True, samesite="Lax", secure=portal().secure)

    if LANG in now.changed:
        keep(LANG, now.lang, YEAR)
    if VISIT in now.changed:
        keep(VISIT, now.visitor, YEAR)
    if PHOTOS in now.changed:
        keep(PHOTOS, portal().vault.seal("photos", now.photos), 3 * 86_400)
    if SESSION in now.changed and now.session:
        keep(SESSION, portal().vault.seal_session(now.session))
    elif SESSION in now.changed:
        answer.delete_cookie(SESSION, httponly=True, samesite="Lax", secure=portal().secure)
    return answer


def get(rule: str, view: View, roles: Sequence[str] | None = None) -> Route:
    """A page to read. roles: who may see it; None: anyone; (): whoever is signed in. The services check again, with the token."""
    return Route("GET", rule, ANYONE, _guarded(view, roles))


def post(rule: str, view: View, roles: Sequence[str] | None = None, limit: int = FORM_LIMIT) -> Route:
    """A form. Nothing happens unless this portal gave the form to this visitor."""

    def checked(**arguments: Any) -> Any:
        if not hmac.compare_digest(request.form.get("form_token", "").encode(), form_token().encode()):
            raise Refused(
                "form-expired", "The form is too old or not from here; open the page again.", kind="bad-request"
            )
        return view(**arguments)

    return Route("POST", rule, ANYONE, _guarded(checked, roles), body_limit=limit)


def _guarded(view: View, roles: Sequence[str] | None) -> View:
    def guarded(**arguments: Any) -> Any:
        _keep_fresh()
        if roles is not None:
            session = signed_in()
            if session.must_change_password and request.path != "/password":
                return redirect("/password", 303)
            if roles and session.role not in roles:
                raise Refused("outside-scope", "Your role has no such page.")
        return view(**arguments)

    return guarded


def _keep_fresh() -> None:
    """Renew tokens that are about to expire. While identity is away, a token that still holds is used on."""
    now, sign_in = visit(), portal().sign_in
    if now.session is None or not sign_in.is_due(now.session):
        return
    try:
        now.signed_in(sign_in.renew(now.session))
    except Refused as refused:
        if refused.status < 500:
            now.signed_in(None)
        elif now.session.expires_at <= portal().clock.now():
            raise


def to_sign_in() -> AnyResponse:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/sign-in?next={quote(back, safe='')}", 303)


def local(address: str) -> str:
    """An address inside the portal, "/" for any other: nobody is sent elsewhere by a link."""
    return address if LOCAL.match(address) else "/"
