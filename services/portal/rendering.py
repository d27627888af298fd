"""Rendering of templates: texts in the visitor's language, the menu, form keys, and what every template may use."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as AnyResponse

from services.portal import formats, texts
from services.portal.dependencies import deps
from services.portal.flash import EMPTY, Flash, flash, page_address, send_back
from services.portal.request_context import LANGUAGES, context, form_token
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.language import codes, permissions, receipts
from shared.language.class_names import class_name
from shared.language.permissions import Permission

HERE = Path(__file__).parent
STATIC = HERE / "static"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
# Where a code belongs that was entered on the page of another one: the page, which takes it behind "#".
PAGE_OF = {
    "page-one-code": "/u",
    "page-two-code": "/r",
    "activation-code-here": "/a",
    "reset-code-here": "/reset",
    "answer-code-here": "/apply/answer",
}
SHIFT_SHOWN_MS = 60_000  # a shift of the clock by more than this is shown on every page
# The pages of the menu, each with the permission that shows it. The first one is the page after signing in.
MENU: Mapping[str, Permission] = {
    "children": permissions.MANAGE_CHILDREN,
    "class": permissions.REVEAL_NAMES,  # a school comes to its classes by its own page
    "school": permissions.MAINTAIN_ROSTER,
    "audit-trail": permissions.READ_AUDIT,
    "views": permissions.READ_AUDIT,
    "support": permissions.TRACE_PHOTOS,
    "figures": permissions.VIEW_FIGURES,
    "reports": permissions.VIEW_FIGURES,
    "arrivals": permissions.ANSWER_REQUESTS,
    "corrections": permissions.VIEW_CORRECTIONS,
    "accounts": permissions.ACCEPT_ACCOUNTS,
    "download-codes": permissions.MAKE_DOWNLOAD_CODES,
    "applications": permissions.DECIDE_APPLICATIONS,
    "units": permissions.OPEN_UNITS,
    "code-alone": permissions.DECIDE_CODE_ALONE,
    "campaigns": permissions.RUN_CAMPAIGNS,
    "operations": permissions.VIEW_OPERATIONS,
}


# Pages that come before the others for whom they concern most: what waits for a leader's yes.
FIRST: Mapping[str, Permission] = {"arrivals": permissions.APPROVE_CORRECTIONS}


def menu() -> list[str]:
    """The pages of the menu for the signed-in account."""
    shown = [page for page, permission in (*FIRST.items(), *MENU.items()) if context().may(permission)]
    return list(dict.fromkeys(shown))


def landing() -> str:
    """The page after signing in."""
    return f"/{menu()[0]}" if menu() else "/"


def t(key: str, **values: Any) -> str:
    """The text of a key in the visitor's language."""
    return texts.text(context().lang, key, **values)


def choices(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """The options of a select: value and its text."""
    return [(value, t(f"{prefix}.{value}")) for value in values]


def named(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The options of a select of items with id and name."""
    return [(str(item["id"]), str(item["name"])) for item in items]


def name_of_class(class_id: str) -> str:
    """The name of a class today."""
    return class_name(class_id, day_of(deps().clock.now()))


def reason_text(reason: str) -> str:
    """The reason for which a photo waits or was returned."""
    return next((t(f"{prefix}.{reason}") for prefix in ("return", "waits") if texts.has(f"{prefix}.{reason}")), reason)


def sentence(refused: Refused) -> str:
    """The text for a refusal: by its code, else the service's own sentence in the visitor's language, else by kind."""
    key = f"problem.{refused.code}"
    if "retry_after" in refused.extra and texts.has(f"{key}.wait"):
        return t(f"{key}.wait", minutes=max(1, -(-int(refused.extra["retry_after"]) // 60)))
    for limit in ("least", "most"):
        if limit in refused.extra and texts.has(f"{key}.{limit}"):
            return t(f"{key}.{limit}", **{limit: refused.extra[limit]})
    if (missing := f"permission.{refused.extra.get('permission')}") and texts.has(missing):
        return t(f"{key}.permission", permission=t(missing))
    if texts.has(key):
        return t(key)
    message = refused.extra.get("message_zh") if context().lang == "zh" else refused.detail
    if message and refused.status < 500:
        return str(message)
    return t(f"problem.{refused.kind}")


def errors_of(refused: Refused | None) -> dict[str, str]:
    """The sentence for each field that is wrong, in the order of the refusal."""
    if refused is None:
        return {}
    errors = refused.extra.get("errors") or [{"where": where} for where in refused.where.split(", ") if where]
    several = len(errors) > 1 and "errors" in refused.extra
    return {str(e["where"]): _error_text(e, refused) if several or e.get("what") else sentence(refused) for e in errors}


def _error_text(error: Mapping[str, Any], refused: Refused) -> str:
    """The text of what the field wants, if it is empty or a service's schema refuses it; else of the error's code."""
    key, code = f"wrong.{error['where']}", error.get("code")
    if code in (None, "not-filled", "not-chosen") and texts.has(key):
        return t(key)
    return (
        sentence(Refused(code, str(error.get("what", "")), extra=error.get("extra") or {}))
        if code
        else t("wrong.field")
    )


def link_of(refused: Refused | None, given: Mapping[str, str]) -> tuple[str, str] | None:
    """Address and text of the page that a wrong code belongs to; the code goes along, where browsers never send it."""
    told = [{"code": refused.code, "where": refused.where}, *refused.extra.get("errors", ())] if refused else []
    for error in told:
        address = PAGE_OF.get(error.get("code", ""), request.path)
        if address != request.path:
            typed = codes.plain(given.get(error["where"], ""))
            return f"{address}#{typed}", t(f"problem.{error['code']}.link")
    return None


def render(
    template: str,
    *,
    status: int = 200,
    problem: Refused | None = None,
    given: Mapping[str, str] | None = None,
    **values: Any,
) -> AnyResponse:
    """A page. What was refused on it comes from its flash, with the fields submitted.

    In the response to a form, problem is its refusal: the browser is sent to the form's page, which shows it.
    """
    if request.method == "POST" and problem is not None:
        return send_back(problem)
    kept = flash()
    problem, given = problem or kept.problem, {**(given or {}), **kept.given}
    return page(template, status=problem.status if problem else status, problem=problem, given=given, **values)


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page as it is, whatever the flash says."""
    return make_response(render_template(template, **{"problem": None, "given": {}, **values}), status)


def form_key(action: str, inner: str) -> str:
    """A new Idempotency-Key for each form; the submitted one again after a failure, whose effect is uncertain.

    inner: the form's content, whose hidden fields tell it from others with the same action.
    """
    kept, hidden = flash(), [(name, unescape(value)) for name, value in HIDDEN.findall(inner)]
    failed = kept.problem is not None and (kept.problem.status >= 500 or kept.problem.code == "signed-in-again")
    return (kept.given.get("key") if failed and kept.is_of(action, hidden) else "") or secrets.token_hex(16)


def flash_of(action: str, **hidden: str) -> Flash:
    """The flash if it is of the form with this action and these fields; else an empty one."""
    return flash() if flash().is_of(action, hidden.items()) else EMPTY


def repeatable(problem: Refused) -> Flash | None:
    """The flash of a form that can be sent again as it was, after a failure or a sign-in."""
    kept = flash()
    again = problem.status >= 500 or problem.code == "signed-in-again"
    return kept if again and kept.is_repeatable and kept.problem is problem else None


def install(app: Flask) -> None:
    """Add filters, globals and the variables of every template."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(number=formats.number, percent=formats.percent, day=formats.day, moment=formats.moment)
    environment.filters["receipt"] = receipts.grouped
    hashes = {
        path.relative_to(STATIC).as_posix(): sha256(path.read_bytes()).hexdigest()[:12]
        for path in STATIC.rglob("*")
        if path.is_file()
    }
    environment.globals.update(
        t=t,
        has_text=texts.has,
        sentence=sentence,
        choices=choices,
        named=named,
        class_name=name_of_class,
        reason_text=reason_text,
        form_token=form_token,
        form_key=form_key,
        page_address=page_address,
        errors_of=errors_of,
        link_of=link_of,
        flash_of=flash_of,
        repeatable=repeatable,
        other_language=_other_language,
        may=lambda permission: context().may(permission),
        permissions=permissions,
        asset=lambda path: f"/static/{path}?v={hashes[path]}",
    )
    app.context_processor(
        lambda: {
            "lang": context().lang,
            "session": context().session,
            "menu": menu(),
            "now": iso(deps().clock.now()),
            "today": day_of(deps().clock.now()),
            "clock_is_shifted": abs(deps().clock.shift()) > SHIFT_SHOWN_MS,
            "from_registry": bool(deps().registry_issuer),
            "done": _done(),
        }
    )


def _done() -> str:
    """The sentence for `done` in the address, from a fixed list: an address can choose a sentence but not write one."""
    key = f"done.{request.args.get('done', '')}"
    return t(key) if texts.has(key) else ""


def _other_language() -> tuple[str, str]:
    """The other language and this page's address in it; what the page has kept stays."""
    other = next(lang for lang in LANGUAGES if lang != context().lang)
    if request.method != "GET":  # only what is no form at all is answered without a page of its own
        return other, f"/?lang={other}"
    query = [(key, value) for key, value in request.args.items(multi=True) if key not in ("lang", "done")]
    return other, f"{request.path}?{urlencode([*query, ('lang', other)])}"
