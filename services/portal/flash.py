"""Flashes: a refusal with what was typed, or a result, kept by the response to a form for the page it leads to.

Every form is answered by a redirect, so that Back, reload and the language switch always meet a page. What that page
has to say waits meanwhile in a sealed cookie, for half an hour at most, until the form succeeds. It is for the account
that sent the form, or for visitors without one while nobody signs in. Never a password that was typed, never a file.

A slip is the one result with a secret: an activation, reset or registration code, sealed like the rest, for
the account that made it and nobody else. It outlives the forms after it, so that one can go back to print it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import orjson
from flask import g, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from services.portal.dependencies import deps
from services.portal.local_address import local
from services.portal.request_context import FLASHES_BYTES, context
from shared.infrastructure.errors import Refused

PARAMETER = "kept"  # in the address of a page: the id of its flash
TRANSIENT = ("lang", "done", PARAMETER)  # query parameters that belong to one request, not to the page
CONFIRMATION = "confirmation"  # the field with the password that was asked for once more
SECRETS = frozenset({"password", "old", "new", "again"})
NOT_KEPT = SECRETS | {"form_token", CONFIRMATION}
KEPT_MS = 30 * 60_000
LISTED = 50  # items kept of each list of a problem, if they fit
EXTRA_BYTES = FLASHES_BYTES // 2

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Flash:
    """action: the path to which the form was sent. fields: what was sent, in order. result: for the page to show.

    is_repeatable: whether fields are all that the form had.
    """

    action: str = ""
    problem: Refused | None = None
    fields: Fields = ()
    is_repeatable: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        """The first value of each field."""
        return dict(reversed(self.fields))

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return tuple(value for each, value in self.fields if each == name)

    def is_of(self, action: str, hidden: Iterable[tuple[str, str]]) -> bool:
        """True if it is of the form with this action and these hidden fields: a page may have many alike."""
        return bool(self.action) and self.action == action and set(hidden) <= set(self.fields)


EMPTY = Flash()


def flash() -> Flash:
    """The flash of the present page; an empty one if there is none, it is too old, or of another page or account."""
    if "flash" not in g:
        g.flash = _opened(context().flashes.get(request.args.get(PARAMETER, "")))
    return g.flash  # type: ignore[no-any-return]


def _opened(record: Mapping[str, Any] | None) -> Flash:
    if record is None or record["page"] != request.path or deps().clock.now() - int(record["at"]) > KEPT_MS:
        return EMPTY
    if record["account"] != context().account:
        return EMPTY
    problem, fields = record["problem"], tuple((name, value) for name, value in record["fields"])
    return Flash(
        record["action"], Refused(**problem) if problem else None, fields, record["is_repeatable"], record["result"]
    )


def send_back(refused: Refused) -> AnyResponse:
    """A redirect to the page of the refused form, which shows the refusal with what was typed.

    Where the session has ended, by way of the sign-in.
    """
    account = context().account or context().ended
    if refused.status != 401 or not account:
        return redirect(_keep(_page_of_form(), problem=refused), 303)
    context().set_session(None)
    again = Refused("signed-in-again", "You are signed in again; what you entered is kept: send it once more.")
    page = _keep(_page_of_form(), problem=again, account=account)
    return redirect(f"/sign-in?done=session-ended&next={quote(page, safe='')}", 303)


def show_on(page: str, **result: Any) -> AnyResponse:
    """A redirect to a page that shows the result of the submitted form."""
    return redirect(_keep(page, result=result), 303)


def show_again(page: str, problem: Refused, **result: Any) -> AnyResponse:
    """A redirect to a page that shows a refusal, and still has the result it stands on."""
    return redirect(_keep(page, problem=problem, result=result), 303)


def show_slip(page: str, **result: Any) -> AnyResponse:
    """A redirect to a page that shows a secret to print."""
    return redirect(_keep(page, result=result, is_slip=True), 303)


def ask_on(page: str, problem: Refused | None) -> AnyResponse:
    """A redirect to a page that asks for something more and then sends the form with the same fields again."""
    return redirect(_keep(page, problem=problem), 303)


def forget_done(earlier: Collection[str]) -> None:
    """Drop the earlier flashes of the form that succeeds now and of its page, but no slip."""
    page = urlsplit(_page_of_form()).path
    context().drop_flashes(
        lambda id, record: (
            id in earlier and not record["is_slip"] and (record["action"] == request.path or record["page"] == page)
        )
    )


def _keep(
    page: str,
    *,
    problem: Refused | None = None,
    result: Mapping[str, Any] | None = None,
    account: str = "",
    is_slip: bool = False,
) -> str:
    """Keep a flash for a page; returns the address of the page with it."""
    address, (fields, is_whole) = urlsplit(page), ((), False) if is_slip else _submitted()
    record = {
        "page": address.path,
        "action": request.path,
        "account": account or context().account,
        "at": deps().clock.now(),
        "problem": problem and _as_json(problem),
        "fields": fields,
        "is_repeatable": is_whole,
        "result": result or {},
        "is_slip": is_slip,
    }
    if len(orjson.dumps(record)) > FLASHES_BYTES - 20:  # more than a cookie holds: the sentence matters most
        record |= {"fields": (), "is_repeatable": False}
    id = secrets.token_hex(4)
    context().add_flash(id, record)
    query = [(name, value) for name, value in parse_qsl(address.query) if name not in TRANSIENT]
    fragment = f"#{address.fragment}" if address.fragment else ""
    return f"{address.path}?{urlencode([*query, (PARAMETER, id)])}{fragment}"


def _as_json(refused: Refused) -> dict[str, Any]:
    return {
        "code": refused.code,
        "detail": refused.detail,
        "kind": refused.kind,
        "where": refused.where,
        "extra": _fitting(refused.extra),
    }


def _fitting(extra: Mapping[str, Any]) -> dict[str, Any]:
    """The extra with as many items of its lists as fit; {} if the rest alone is too large."""
    cut = {name: value[:LISTED] if isinstance(value, list) else value for name, value in extra.items()}
    lists = [value for value in cut.values() if isinstance(value, list)]
    while len(orjson.dumps(cut)) > EXTRA_BYTES:
        longest = max(lists, key=len, default=[])
        if not longest:
            return {}
        longest.pop()
    return cut


def _submitted() -> tuple[Fields, bool]:
    """The fields of the form as they were typed, and whether they are all of it.

    None of a form that is too large to be read, or of another site's: it must not fill in ours.
    """
    if not _is_own(request.headers.get("Origin", "")):
        return (), False
    try:
        fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT)
        return fields, not request.files and not SECRETS & request.form.keys()
    except RequestEntityTooLarge:
        return (), False


def _is_own(origin: str) -> bool:
    """True for this site, or where the browser does not say."""
    try:
        return not origin or urlsplit(origin).netloc == request.host
    except ValueError:  # no address at all, such as "http://["
        return False


def _page_of_form() -> str:
    """The page on which the form stands, as the form says; else the one that its route names."""
    try:
        named = local(request.form.get("page", ""))
    except RequestEntityTooLarge:
        named = "/"
    return named if named != "/" else str(g.get("form_page", "/"))


def page_address() -> str:
    """The address of the present page, for the forms on it."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in TRANSIENT]
    return f"{request.path}?{urlencode(query)}" if query else request.path
