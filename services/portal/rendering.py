"""Rendering of templates: texts in the visitor's language, the menu, form keys, and what every template may use."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, render_template, request
from jinja2 import StrictUndefined

from services.portal import formats, texts
from services.portal.dependencies import deps
from services.portal.request_context import LANGUAGES, context, form_token
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name

HERE = Path(__file__).parent
STATIC = HERE / "static"
TRANSIENT = ("lang", "done")  # query parameters that belong to one request, not to the page
SHIFT_SHOWN_MS = 60_000  # a shift of the clock by more than this is shown on every page
# The menu of each role; its first entry is the page after signing in.
MENU: Mapping[str, tuple[str, ...]] = {
    "guardian": ("children",),
    "teacher": ("class", "figures"),
    "school": ("school", "arrivals", "figures", "accounts"),
    "leader": ("figures", "arrivals", "accounts"),
    "county": ("figures", "reports", "arrivals", "accounts", "code-alone"),
    "city": ("figures", "reports", "arrivals", "accounts", "code-alone"),
    "province": ("figures", "reports", "arrivals", "accounts", "code-alone"),
    "ministry": ("figures", "reports", "arrivals", "accounts", "campaigns"),
    "support": ("figures",),
    "auditor": ("views", "figures"),
}


def landing(role: str) -> str:
    return f"/{MENU[role][0]}" if role in MENU else "/"


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
    if "least" in refused.extra and texts.has(f"{key}.least"):
        return t(f"{key}.least", least=refused.extra["least"])
    if texts.has(key):
        return t(key)
    message = refused.extra.get("message_zh") if context().lang == "zh" else refused.detail
    if message and refused.status < 500:
        return str(message)
    return t(f"problem.{refused.kind}")


def render(
    template: str,
    *,
    status: int = 200,
    problem: Refused | None = None,
    given: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """A page. problem: the refusal of the submitted form; given: the fields submitted, which the page keeps."""
    if problem is not None and problem.status >= 500 and request.method == "POST":
        g.kept_key = request.form.get("key", "")
    page = render_template(template, problem=problem, given=given or {}, **values)
    return make_response(page, problem.status if problem else status)


def form_key(action: str) -> str:
    """A new Idempotency-Key for each form; the submitted one again after a failure, whose effect is uncertain."""
    kept: str = g.get("kept_key", "") if request.path == action else ""
    return kept or secrets.token_hex(16)


def install(app: Flask) -> None:
    """Add filters, globals and the variables of every template."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(number=formats.number, percent=formats.percent, day=formats.day, moment=formats.moment)
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
        other_language=_other_language,
        asset=lambda path: f"/static/{path}?v={hashes[path]}",
    )
    app.context_processor(
        lambda: {
            "lang": context().lang,
            "session": context().session,
            "menu": MENU.get(context().role, ()),
            "now": iso(deps().clock.now()),
            "today": day_of(deps().clock.now()),
            "clock_is_shifted": abs(deps().clock.shift()) > SHIFT_SHOWN_MS,
            "done": _done(),
        }
    )


def _done() -> str:
    """The sentence for `done` in the address, from a fixed list: an address can choose a sentence but not write one."""
    key = f"done.{request.args.get('done', '')}"
    return t(key) if texts.has(key) else ""


def _other_language() -> tuple[str, str]:
    """The other language and this page's address in it."""
    other = next(lang for lang in LANGUAGES if lang != context().lang)
    query = {key: value for key, value in request.args.items() if key not in TRANSIENT}
    return other, f"{request.path}?{urlencode({**query, 'lang': other})}"
