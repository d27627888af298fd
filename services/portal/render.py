"""From a template and its data to a page: language, form fields, numbers and dates as people read them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from jinja2 import StrictUndefined

from services.portal import texts
from services.portal.request_context import LANGUAGES, form_token, local, portal, visit
from shared.infrastructure.clock import BEIJING, day_of
from shared.infrastructure.errors import Refused
from shared.language.class_names import class_name

HERE = Path(__file__).parent
STATIC = HERE / "static"
PASSING = ("lang", "done")  # of an address: said once, not part of where somebody is
SHIFT_SHOWN_MS = 60_000  # a copy whose clock differs by more says so on every page
SECRET_FIELDS = frozenset({"password", "old", "new"})
# What each role finds in the menu; the first entry is where it lands after signing in.
MENU: Mapping[str, tuple[str, ...]] = {
    "guardian": ("children",),
    "teacher": ("class", "figures"),
    "school": ("school", "figures", "accounts"),
    "leader": ("figures",),
    "county": ("figures", "reports", "accounts"),
    "city": ("figures", "reports", "accounts"),
    "province": ("figures", "reports", "accounts"),
    "ministry": ("figures", "reports", "accounts", "campaigns"),
    "support": ("figures",),
    "auditor": ("figures",),
}


def landing(role: str) -> str:
    return f"/{MENU[role][0]}" if role in MENU else "/"


def t(key: str, **values: Any) -> str:
    """The text of a key in the visitor's language."""
    return texts.text(visit().lang, key, **values)


def choices(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """The options of a select: value and its text."""
    return [(value, t(f"{prefix}.{value}")) for value in values]


def named(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The options of a select of things that have an id and a name."""
    return [(str(item["id"]), str(item["name"])) for item in items]


def name_of_class(class_id: str) -> str:
    """What a class is called today."""
    return class_name(class_id, day_of(portal().clock.now()))


def reason_text(reason: str) -> str:
    """Why a photo waits or was returned."""
    return next((t(f"{prefix}.{reason}") for prefix in ("return", "waits") if texts.has(f"{prefix}.{reason}")), reason)


def sentence(refused: Refused) -> str:
    """What a refusal means, for people: by its code; or a service's own sentence in the visitor's language, else by its kind."""
    key = f"problem.{refused.code}"
    if texts.has(key):
        return t(key)
    said = refused.extra.get("message_zh") if visit().lang == "zh" else refused.detail
    if said and refused.status < 500:
        return str(said)
    return t(f"problem.{refused.kind}")


def render(
    template: str,
    *,
    status: int = 200,
    problem: Refused | None = None,
    given: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page. problem: why the form that comes back was refused; given: what was typed into it, so that nothing is lost."""
    if problem is not None and problem.status >= 500 and request.method == "POST":
        g.kept_key = request.form.get("key", "")
    page = render_template(template, problem=problem, given=given or {}, **context)
    return make_response(page, problem.status if problem else status)


def by_script() -> bool:
    """Whether a page's own script asks, which wants the sentence alone."""
    return "application/json" in request.headers.get("Accept", "")


def refused_to_script(refused: Refused) -> Response:
    answer = jsonify(sentence=sentence(refused), code=refused.code, where=refused.where)
    answer.status_code = refused.status
    return answer


def refused_page(refused: Refused) -> Response:
    """A refusal that no form takes care of. What a form carried can be sent again as it was: same fields, same key."""
    if by_script():
        return refused_to_script(refused)
    readable = request.method == "POST" and refused.status in (
        401,
        500,
        503,
    )  # the fields of a form that was too large cannot be read
    fields = (
        [(name, value) for name, value in request.form.items(multi=True) if name != "form_token"] if readable else []
    )
    resend = bool(fields) and not SECRET_FIELDS & {name for name, _ in fields}
    return render(
        "problem.html",
        problem=refused,
        fields=fields,
        resend=resend,
        had_file=bool(readable and request.files),
        came_from=_came_from(),
    )


def _came_from() -> str:
    """The page of ours whose form was sent, without what was done there before; "" when the browser does not say."""
    try:
        said = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if request.method != "POST" or said.netloc != request.host or said.path == request.path or local(said.path) == "/":
        return ""
    return f"{said.path}?{urlencode([(name, value) for name, value in parse_qsl(said.query) if name not in PASSING])}"


def form_key(action: str) -> str:
    """A new key for each form of a page, but the same one again after a failure that may have done its work unseen."""
    kept: str = g.get("kept_key", "") if request.path == action else ""
    return kept or secrets.token_hex(16)


def install(app: Flask) -> None:
    """Filters, globals and what every template knows."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(number=number, percent=percent, day=day, moment=moment)
    prints = {
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
        asset=lambda path: f"/static/{path}?v={prints[path]}",
    )
    app.context_processor(
        lambda: {
            "lang": visit().lang,
            "session": visit().session,
            "menu": MENU.get(visit().role, ()),
            "today": day_of(portal().clock.now()),
            "clock_is_shifted": abs(portal().clock.shift()) > SHIFT_SHOWN_MS,
            "done": _done(),
        }
    )


def _done() -> str:
    """What has just been done, from a fixed list: an address can choose a sentence and never write one."""
    key = f"done.{request.args.get('done', '')}"
    return t(key) if texts.has(key) else ""


def _other_language() -> tuple[str, str]:
    """The other language and where this page is in it."""
    other = next(lang for lang in LANGUAGES if lang != visit().lang)
    asked = {key: value for key, value in request.args.items() if key not in PASSING}
    return other, f"{request.path}?{urlencode({**asked, 'lang': other})}"


def number(value: int) -> str:
    return f"{value:,}"


def percent(part: int, whole: int) -> str:
    """Two decimals, rounded half up as in the report; a dash where nobody is expected."""
    if not whole:
        return "–"
    hundredths = (20_000 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def day(iso_day: str) -> str:
    """2026-11-23 as 2026年11月23日 or 23 Nov 2026."""
    when = date.fromisoformat(iso_day[:10])
    return f"{when.year}年{when.month}月{when.day}日" if visit().lang == "zh" else f"{when.day} {when:%b} {when.year}"


def moment(iso_time: str) -> str:
    """An ISO time as day, hour and minute in Beijing."""
    when = datetime.fromisoformat(iso_time)
    when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(BEIJING)
    return f"{day(when.date().isoformat())} {when:%H:%M}"
