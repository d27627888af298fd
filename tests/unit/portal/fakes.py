"""The services in one process for tests of pages: they respond as specified, remember keys and record requests."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import httpx
from PIL import Image

from services.portal.service_client import Services
from services.portal.settings import Settings
from shared.infrastructure.clock import Clock, FixedClock, day_of, iso
from shared.language import codes, receipts
from shared.language.campaign_state import campaign_state, in_order
from shared.language.class_names import class_name
from shared.language.contracts import PUBLISHERS
from tests.unit.portal import people

SETTINGS = Settings(
    portal_key=bytes(range(32)),
    front_key=bytes(range(1, 33)),
    forwarding_key=bytes(range(2, 34)),
    portal_url="http://127.0.0.1:8000",
    secure_cookies=False,
    identity_url="http://identity.test",
    roster_url="http://roster.test",
    upload_url="http://upload.test",
    stats_url="http://stats.test",
    commit="abc123",
)
ACCESS_SECONDS = 900


def respond(body: Mapping[str, Any] | None = None, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=dict(body or {})) if body is not None else httpx.Response(status)


def refuse(status: int, code: str, detail: str = "This was refused.", where: str = "", **extra: Any) -> httpx.Response:
    document = {
        "type": f"urn:rollcall:problem:{code}",
        "title": code,
        "status": status,
        "detail": detail,
        "where": where,
        **extra,
    }
    return httpx.Response(status, content=json.dumps(document), headers={"Content-Type": "application/problem+json"})


CODE = "246810"  # of every second factor


@dataclass
class Received:
    """One request that reached a service."""

    service: str
    method: str
    path: str
    params: dict[str, str]
    headers: httpx.Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    @property
    def key(self) -> str:
        return self.headers.get("Idempotency-Key", "")

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def form(self) -> dict[str, bytes]:
        """The parts of a multipart body by name."""
        raw = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + self.body
        parts = message_from_bytes(raw, policy=policy.HTTP).iter_parts()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts
        }  # type: ignore[misc]


@dataclass
class Fakes:
    """outcome: the next photo's result, (state, reason); looks: how many polls find it still being checked.
    broken: services that cannot be reached; overrides: "METHOD /path" -> a response to give instead."""

    clock: Clock = field(default_factory=FixedClock)
    outcome: tuple[str, str] = ("archived", "")
    looks: int = 0
    broken: set[str] = field(default_factory=set)
    overrides: dict[str, Callable[[Received], httpx.Response]] = field(default_factory=dict)
    requests: list[Received] = field(default_factory=list)
    responses: dict[tuple[str, str, str], httpx.Response] = field(default_factory=dict)
    photos: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)  # access token -> login
    refreshes: dict[str, str] = field(default_factory=dict)  # refresh token -> login
    accounts: dict[str, dict[str, Any]] = field(default_factory=people.accounts)
    forms: dict[str, dict[str, Any]] = field(default_factory=people.forms)
    campaigns: list[dict[str, Any]] = field(default_factory=people.campaigns)
    reports: list[dict[str, Any]] = field(default_factory=people.reports)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    code_alone: str = "on"  # decision of the county 110101
    changed_units: dict[str, dict[str, Any]] = field(default_factory=dict)  # by code
    issued: int = 0
    printed: set[str] = field(default_factory=set)  # campaigns of which there are sheets
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)  # of prints, by id
    over: bool = False  # the campaign's last day is over, as upload says it of a form
    account_files: list[dict[str, Any]] = field(default_factory=list)  # states of one file, one after another
    kicked_off: set[str] = field(default_factory=set)  # provinces whose units have accounts
    waits_for: set[str] = field(default_factory=set)  # pupils for whom the signed-in guardian waits
    misuse: list[dict[str, Any]] = field(default_factory=list)  # lines of cases of misused codes
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)  # imports
    lost: dict[str, str] = field(default_factory=dict)  # pupil taken from the signed-in guardian -> reason

    def services(self) -> Services:
        return Services.at(SETTINGS, str, lambda service: {}, httpx.MockTransport(self.serve))

    def serve(self, request: httpx.Request) -> httpx.Response:
        received = Received(
            request.url.host.split(".")[0],
            request.method,
            request.url.path,
            dict(request.url.params),
            request.headers,
            request.read(),
        )
        self.requests.append(received)
        if received.service in self.broken:
            raise httpx.ConnectError("refused", request=request)
        if instead := self.overrides.get(f"{received.method} {received.path}"):
            return instead(received)
        return self.do(received)

    def do(self, received: Received) -> httpx.Response:
        """The response; to a key that was seen before, the same again."""
        seen = (received.service, received.path, received.key)
        if received.key and seen in self.responses:
            return self._fresh(self.responses[seen])
        given = self._route(received)
        if received.key and given.is_success:
            self.responses[seen] = given
        return self._fresh(given)

    def commands(self, path: str) -> list[Received]:
        return [a for a in self.requests if a.path == path and a.method != "GET"]

    def _fresh(self, given: httpx.Response) -> httpx.Response:
        return httpx.Response(
            given.status_code, content=given.content, headers={"Content-Type": given.headers.get("Content-Type", "")}
        )

    def _route(self, received: Received) -> httpx.Response:
        for method, pattern, public, do in ROUTES:
            found = re.fullmatch(pattern, received.path)
            if found and method == received.method:
                if not public and received.token not in self.sessions:
                    return refuse(401, "not-signed-in", "Sign in first.")
                return do(self, received, *found.groups())
        return refuse(404, "not-found", f"{received.method} {received.path} is not faked.")

    def unit_now(self, unit: Mapping[str, Any]) -> dict[str, Any]:
        return {**unit, **self.changed_units.get(unit["code"], {})}

    def me(self, received: Received) -> dict[str, Any]:
        return self.accounts[self.sessions[received.token]]

    def tokens(self, login: str) -> dict[str, Any]:
        self.issued += 1
        access, refresh = f"access-{self.issued}", f"refresh-{self.issued}"
        self.sessions[access], self.refreshes[refresh] = login, login
        return {"access_token": access, "refresh_token": refresh, "expires_in": ACCESS_SECONDS}

    def next_id(self) -> str:
        self.issued += 1
        return f"{self.issued:04x}-0000-7000-8000-00000000"


# ---- identity
def sign_in(f: Fakes, a: Received) -> httpx.Response:
    account = f.accounts.get(a.json["login"])
    if account is None or account["password"] != a.json["password"]:
        return refuse(401, "wrong-credentials", "Login or password is wrong.")
    if account.get("has_second_factor"):
        return refuse(403, "second-factor-code-needed", "Now the code.", "code", challenge=f"for-{a.json['login']}")
    device = a.json.get("device_token") or f"device-of-{a.json['login']}"
    return respond({**f.tokens(a.json["login"]), "account": people.public(account), "device_token": device}, 201)


def second_step(f: Fakes, a: Received) -> httpx.Response:
    login = a.json["challenge"].removeprefix("for-")
    if login not in f.accounts:
        return refuse(401, "challenge-ended", "This sign-in took too long.")
    if a.json["code"] != CODE:
        return refuse(422, "second-factor-wrong", "This code is wrong.", "code")
    tokens = {**f.tokens(login), "account": people.public(f.accounts[login])}
    return respond({**tokens, "device_token": f"device-of-{login}"}, 201)


def own_second_factor(f: Fakes, a: Received) -> httpx.Response:
    me = f.me(a)
    is_set_up = me.get("has_second_factor", False)
    return respond({"is_set_up": is_set_up, "is_required": True, "codes_left": 7, "reset_at": me.get("reset_at", "")})


def begin_second_factor(f: Fakes, a: Received) -> httpx.Response:
    ends_at = iso(f.clock.now() + 1_800_000)
    return respond({"uri": "otpauth://totp/Rollcall:x?secret=ABCD", "key": "ABCD EFGH", "ends_at": ends_at}, 201)


def confirm_second_factor(f: Fakes, a: Received) -> httpx.Response:
    if a.json["code"] != CODE:
        return refuse(422, "second-factor-wrong", "This code is wrong.", "code")
    f.me(a).update(has_second_factor=True, must_set_up_second_factor=False)
    return respond({"recovery_codes": [f"ABCD-EFGH-JKMN-PQR{n}" for n in range(2, 10)]})


def refresh(f: Fakes, a: Received) -> httpx.Response:
    login = f.refreshes.pop(a.json["refresh_token"], None)  # good once, as at identity
    return (
        respond(f.tokens(login), 201)
        if login
        else refuse(401, "session-ended", "This session has ended; sign in again.")
    )


def confirm(f: Fakes, a: Received) -> httpx.Response:
    if f.me(a).get("has_second_factor") and a.json.get("code") != CODE:
        return refuse(422, "second-factor-wrong", "This code is wrong.", "code")
    if not f.me(a).get("has_second_factor") and a.json["password"] != f.me(a)["password"]:
        return refuse(422, "wrong-password", "The password is wrong.", "password")
    access = f.tokens(f.sessions[a.token])["access_token"]
    return respond({"access_token": access, "expires_in": ACCESS_SECONDS})


def sign_out(f: Fakes, a: Received) -> httpx.Response:
    f.sessions.pop(a.token)
    return respond(None, 204)


def change_password(f: Fakes, a: Received) -> httpx.Response:
    me = f.me(a)
    if a.json["old"] != me["password"]:
        return refuse(422, "wrong-credentials", "The old password is wrong.", "old")
    if len(a.json["new"]) < 12:
        return refuse(422, "password-too-short", "A password has at least 12 characters.", "password", least=12)
    me["password"], me["must_change_password"] = a.json["new"], False
    return respond(None, 204)


def check_registration(f: Fakes, a: Received) -> httpx.Response:
    if (a.json["registration_code"], a.json["birth_date"]) != (people.REGISTRATION_CODE, people.BIRTH_DATE):
        return refuse(
            422,
            "code-or-birth-date-wrong",
            "Code and birth date do not belong together.",
            "registration_code, birth_date",
        )
    return respond({"child": people.CHILD})


def register(f: Fakes, a: Received) -> httpx.Response:
    if (login := a.json["login"]) in f.accounts:
        return refuse(409, "login-taken", "This login is taken; choose another.", "login")
    f.accounts[login] = people.account(
        "guardian", login, a.json["display_name"], pupils=[people.PUPIL], password=a.json["password"]
    )
    return respond(
        {
            "account": f.accounts[login]["id"],
            "pupil": people.PUPIL,
            "state": "bound",
            "child": people.CHILD,
            "device_token": f"device-of-{login}",
            **f.tokens(login),
        },
        201,
    )


def add_child(f: Fakes, a: Received) -> httpx.Response:
    f.me(a)["pupils"].append(people.PUPIL)
    return respond({"pupil": people.PUPIL, "state": "bound", "child": people.CHILD}, 201)


def issue(f: Fakes, a: Received) -> httpx.Response:
    if a.json["login"] in f.accounts:
        return refuse(409, "login-taken", "This login is taken; choose another.", "login")
    f.accounts[a.json["login"]] = made = people.account(
        a.json["role"], a.json["login"], a.json["display_name"], [a.json["path"]]
    )
    made_out = {"id": made["id"], "login": a.json["login"], "activation_code": people.ACTIVATION_CODE}
    return respond({**made_out, "ends_at": people.ENDS_AT, "waiting": a.json["role"] == "school"}, 201)


def hand_over(f: Fakes, a: Received, account: str) -> httpx.Response:
    made_out = {"id": account, "login": a.json["login"], "activation_code": people.ACTIVATION_CODE}
    return respond({**made_out, "ends_at": people.ENDS_AT, "waiting": False}, 201)


def reset(f: Fakes, a: Received, account: str) -> httpx.Response:
    slip = {"id": account, "login": "gulnar", "reset_code": people.RESET_CODE}
    return respond({**slip, "ends_at": people.ENDS_AT, "waiting": False})


def use_activation_code(f: Fakes, a: Received) -> httpx.Response:
    found = f.accounts.get(a.json["login"])
    if found is None or codes.grouped(a.json["activation_code"]) != people.ACTIVATION_CODE:
        where = "login, activation_code"
        return refuse(422, "activation-code-wrong", "Account and code do not belong together.", where)
    found["password"] = a.json["new"]
    return respond({"id": found["id"]})


def send_account_file(f: Fakes, a: Received) -> httpx.Response:
    f.account_files.append(people.account_file("checked"))
    return respond(people.account_file("received"), 201)


def show_account_file(f: Fakes, a: Received, id: str) -> httpx.Response:
    return respond(f.account_files[-1]) if f.account_files else refuse(404, "not-found", "There is no such file.")


def run_account_file(f: Fakes, a: Received, id: str) -> httpx.Response:
    f.account_files.append(people.account_file("finished"))
    return respond(people.account_file("running"))


def discard_account_file(f: Fakes, a: Received, id: str) -> httpx.Response:
    f.account_files.append(people.account_file("discarded"))
    return httpx.Response(204)


def show_kick_off(f: Fakes, a: Received) -> httpx.Response:
    return respond(
        {"items": [people.province(code, name, units, code in f.kicked_off) for code, name, units in people.PROVINCES]}
    )


def open_bureaus(f: Fakes, a: Received) -> httpx.Response:
    units = next(units for code, _, units in people.PROVINCES if code == a.json["unit"])
    f.kicked_off.add(a.json["unit"])
    return respond({"units": units, "opened": units, "had_one": 0, "refused": [], "left": 0})


def print_sheets(f: Fakes, a: Received) -> httpx.Response:
    if not a.json["confirm"]:
        return refuse(409, "codes-would-be-void", "Two codes would be void.", "confirm", codes=2)
    return respond({"id": people.WAITING["id"], "codes": 2, "without": 1}, 201)


def sheets_pdf(f: Fakes, a: Received, sheets: str) -> httpx.Response:
    return httpx.Response(200, content=b"%PDF-1.7 sheets", headers={"Content-Type": "application/pdf"})


def sheets_zip(f: Fakes, a: Received, sheets: str) -> httpx.Response:
    return httpx.Response(200, content=b"PK\x03\x04 sheets", headers={"Content-Type": "application/zip"})


def use_reset_code(f: Fakes, a: Received) -> httpx.Response:
    found = f.accounts.get(a.json["login"])
    if found is None or codes.grouped(a.json["reset_code"]) != people.RESET_CODE:
        return refuse(422, "reset-code-wrong", "Account and code do not belong together.", "login, reset_code")
    if found["role"] == "guardian" and a.json["birth_date"] != people.BIRTH_DATE:
        return refuse(422, "birth-date-wrong", "No child of this account was born on this day.", "birth_date")
    found.update(password=a.json["new"], held_children=1)
    return respond({"id": found["id"]})


def regain(f: Fakes, a: Received) -> httpx.Response:
    if a.json["birth_date"] != people.BIRTH_DATE:
        return refuse(422, "birth-date-wrong", "No child of this account was born on this day.", "birth_date")
    f.me(a)["held_children"] = 0
    return respond({"pupils": [people.PUPIL]})


def list_accounts(f: Fakes, a: Received) -> httpx.Response:
    mine = f.me(a)["paths"][0]
    under = a.params.get("under") or mine
    rows = [
        people.public(x) | {"state": "active"}
        for x in f.accounts.values()
        if x["paths"] and x["paths"][0].startswith(under)
    ]
    text = a.json.get("text", "") if a.method == "POST" else ""
    return respond(
        {"items": [row for row in rows if text in row.get("login", "") + row.get("display_name", "")], "after": ""}
    )


def change_grants(f: Fakes, a: Received, account: str, revoked: str | None) -> httpx.Response:
    found = next(each for each in f.accounts.values() if each["id"] == account)
    place = {name: a.json[name] for name in ("permission", "path")}
    found["grants"] = [each for each in found.get("grants", []) if place.items() - each.items()]
    if not revoked:
        found["grants"].append({**a.json, "first_day": a.json["first_day"] or people.TODAY})
    return respond({"id": account, "grants": found["grants"]})


def list_bindings(f: Fakes, a: Received) -> httpx.Response:
    if f.me(a)["role"] == "guardian":
        items = [
            {name: item[name] for name in item if name not in ("login", "known")}
            for item in people.BINDINGS
            if item["state"] == "waiting"
        ]
        return respond({"items": items})
    wanted = a.params.get("pupil")
    return respond({"items": [item for item in people.BINDINGS if wanted in (None, item["pupil"])]})


def own_children(f: Fakes, a: Received) -> httpx.Response:
    bound = [people.own_child(pupil, "bound") for pupil in f.me(a)["pupils"]]
    waiting = [people.own_child(pupil, "waiting") for pupil in f.waits_for]
    lost = [people.own_child(pupil, "none", reason) for pupil, reason in f.lost.items()]
    return respond({"items": [*bound, *waiting, *lost]})


def end_consent(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    me = f.me(a)
    me["pupils"] = [own for own in me["pupils"] if own != pupil]
    f.waits_for.discard(pupil)
    return respond({"photos": 1})


def withdraw_by_codes(f: Fakes, a: Received) -> httpx.Response:
    return respond({"photos": int(a.json["upload_code"] == people.UPLOAD_CODE)})


def decide_binding(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    code = people.REGISTRATION_CODE if a.json.get("reason") else ""
    state, me = "bound" if a.json["accept"] else "none", f.me(a)
    if me["id"] == a.json["account"]:  # a guardian leaves
        me["pupils"] = [own for own in me["pupils"] if own != pupil]
    return respond({"pupil": pupil, "account": a.json["account"], "state": state, "registration_code": code})


def apply_for_unit(f: Fakes, a: Received) -> httpx.Response:
    """By staff; the public form gets an answer code alone."""
    line = people.application(f"0190d6a0-0000-7000-8000-0000000000c{len(f.applications)}", f.clock.now(), **a.json)
    f.applications[line["id"]] = line
    return respond({"answer_code": people.ANSWER_CODE} if "public" in a.path else line, 201)


def decide_application(f: Fakes, a: Received, application: str) -> httpx.Response:
    line, given = f.applications[application], a.json
    if not given["accept"]:
        line |= {"state": "refused", "is_mine": False, "answer": given["reason"]}
    elif line["holder"] == "/000000/":
        line |= {"state": "completed", "is_mine": False, "code": given["code"]}
    else:
        line |= {"holder": "/000000/"}
    return respond(line)


def application_counts(f: Fakes, a: Received) -> httpx.Response:
    waiting = [line for line in f.applications.values() if line["state"] == "waiting"]
    return respond({"items": [{"holder": w["holder"], "waiting": 1, "since": w["since"]} for w in waiting]})


def regions(f: Fakes, a: Received) -> httpx.Response:
    below = a.params.get("below", "000000")
    found = people.REGIONS.get(below, ())
    return respond({"items": [{"code": code, "name": name, "level": level} for code, name, level in found]})


def standing(f: Fakes, a: Received) -> httpx.Response:
    if a.json["answer_code"] != codes.plain(people.ANSWER_CODE):
        return refuse(422, "answer-code-wrong", where="answer_code")
    line = list(f.applications.values())[-1]
    shown = {name: line[name] for name in ("state", "at", "since", "answer", "code")}
    return respond({**shown, "holder_name": "北京市", "levels": 1})


def misuse_case(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    line = next((item for item in f.misuse if item["pupil"] == pupil), people.misuse_line(pupil, "opened"))
    if a.method == "POST":
        line["state"] = "closed"
    return respond(people.misuse_case(pupil, line["state"]))


def own_details(f: Fakes, a: Received) -> httpx.Response:
    me = f.me(a)
    return respond({"login": me["login"], "display_name": me["display_name"]})


def change_details(f: Fakes, a: Received) -> httpx.Response:
    me, login = f.me(a), a.json["login"]
    if login in f.accounts and f.accounts[login] is not me:
        return refuse(409, "login-taken", "This login is taken; choose another.", "login")
    del f.accounts[me["login"]]
    f.accounts[login] = me
    f.sessions = {token: login if own == me["login"] else own for token, own in f.sessions.items()}
    f.refreshes = {token: login if own == me["login"] else own for token, own in f.refreshes.items()}
    me.update(login=login, display_name=a.json["display_name"])
    return respond(None, 204)


def erase_account(f: Fakes, a: Received) -> httpx.Response:
    del f.accounts[f.sessions.pop(a.token)]
    return respond(None, 204)


# ---- roster
def unit(f: Fakes, a: Received, code: str) -> httpx.Response:
    return (
        respond(f.unit_now(people.UNITS[code]))
        if code in people.UNITS
        else refuse(404, "not-found", "There is no unit with this code.")
    )


def code_alone(f: Fakes, a: Received, code: str) -> httpx.Response:
    """The county decides itself; the province and the city have not decided."""
    if code not in people.UNITS:
        return refuse(404, "not-found", "There is no unit with this code.")
    county, unit = people.UNITS["110101"], people.UNITS[code]

    def region(of: Mapping[str, Any], decision: str) -> dict[str, Any]:
        return {**{k: of[k] for k in ("code", "name", "level")}, "code_alone": decision, "applies": decision == "on"}

    own = region(unit, f.code_alone if unit is county else "")
    decided = bool(own["code_alone"])
    return respond(
        {
            **own,
            "decided_in": code if decided else "",
            "decided_in_name": unit["name"] if decided else "",
            "decided_at": iso(f.clock.now()) if decided else "",
            "decided_by": f.me(a)["id"] if decided else "",
            "below": [region(county, f.code_alone)] if unit["level"] == "province" else [],
        }
    )


def decide_code_alone(f: Fakes, a: Received, code: str) -> httpx.Response:
    f.code_alone = a.json["code_alone"]
    return code_alone(f, a, code)


def units(f: Fakes, a: Received) -> httpx.Response:
    return respond({"items": [people.UNITS[code] for code in a.params["codes"].split(",") if code in people.UNITS]})


def open_unit(f: Fakes, a: Received) -> httpx.Response:
    given = a.json
    people.UNITS[given["code"]] = {**given, "open": True}
    people.UNITS[given["code"]]["path"] = people.UNITS[given["parent"]]["path"] + given["code"] + "/"
    return respond(people.UNITS[given["code"]], 201)


def children(f: Fakes, a: Received, code: str) -> httpx.Response:
    return respond({"items": [f.unit_now(u) for u in people.UNITS.values() if u["parent"] == code]})


def rename_unit(f: Fakes, a: Received, code: str) -> httpx.Response:
    f.changed_units[code] = {"name": a.json["name"]}
    return unit(f, a, code)


def close_unit(f: Fakes, a: Received, code: str) -> httpx.Response:
    f.changed_units[code] = {"open": False}
    return unit(f, a, code)


def close_class(f: Fakes, a: Received, class_: str) -> httpx.Response:
    return respond({**next(c for c in people.CLASSES if c["id"] == class_), "open": False})


def classes(f: Fakes, a: Received, code: str) -> httpx.Response:
    return respond({"items": people.CLASSES})


def open_class(f: Fakes, a: Received, code: str) -> httpx.Response:
    given = a.json
    known = any(
        (c["stage"], c["entry_year"], c["number"]) == (given["stage"], given["entry_year"], given["number"])
        for c in people.CLASSES
    )
    return refuse(409, "class-exists", "The school has this class.") if known else respond({"id": "x"}, 201)


def import_roster(f: Fakes, a: Received, code: str) -> httpx.Response:
    if b"broken" in a.form()["file"]:
        return refuse(
            422,
            "file-damaged",
            "The workbook cannot be read; save it again as .xlsx.",
            "file",
            message_zh="工作簿无法读取，请重新保存为 .xlsx。",
        )
    if b"last year" in a.form()["file"] and a.params.get("confirm") != people.LARGE_IMPORT["confirm"]:
        return refuse(
            409,
            "confirmation-needed",
            "Nothing was imported.",
            "confirm",
            **{name: people.LARGE_IMPORT[name] for name in ("import", "confirm")},
        )
    return respond(people.IMPORT, 201)


def run_again(f: Fakes, a: Received, report: str) -> httpx.Response:
    large = people.LARGE_IMPORT
    if report == large["import"] and json.loads(a.body)["confirm"] != large["confirm"]:
        return refuse(409, "confirmation-needed", "Nothing.", "confirm", **{n: large[n] for n in ("import", "confirm")})
    return respond(people.PART_IMPORT if "take" in json.loads(a.body) else people.IMPORT, 201)


def import_changes(f: Fakes, a: Received, report: str) -> httpx.Response:
    return respond({"items": people.CHANGES})


def marked_file(f: Fakes, a: Received, report: str) -> httpx.Response:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return httpx.Response(200, content=b"PK marked", headers={"Content-Type": kind})


def import_runs(f: Fakes, a: Received, code: str) -> httpx.Response:
    return respond({"items": [people.RUN, {**people.RUN, "import": "im-4", "status": "undone", "undo_until": 0}]})


def show_undo(f: Fakes, a: Received, report: str) -> httpx.Response:
    if report in f.undone:
        return respond({**people.UNDO, "import": report, "status": "undone", "undo_until": 0, "confirm": ""})
    return respond({**(people.UNDO_STANDS if report == "im-3" else people.UNDO), "import": report})


def undo_import(f: Fakes, a: Received, report: str) -> httpx.Response:
    if json.loads(a.body)["confirm"] != people.UNDO["confirm"]:
        return refuse(409, "undo-not-confirmed", "Look at the counts.", "confirm")
    f.undone.add(report)
    return show_undo(f, a, report)


def read_import(f: Fakes, a: Received, report: str) -> httpx.Response:
    known = {each["import"]: each for each in (people.TRIAL_IMPORT, people.LARGE_IMPORT, people.PART_IMPORT)}
    return respond(known.get(report, people.IMPORT))


def pupils(f: Fakes, a: Received, class_id: str) -> httpx.Response:
    return respond({"items": people.PUPILS})


def pupil(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    if pupil in f.moved:
        return refuse(403, "outside-scope", "This lies outside what your account may see.")
    name = next((line["name"] for line in people.PUPILS if line["pupil"] == pupil), "欧阳小红")
    return respond({"pupil": pupil, "name": name, "number_masked": "G1***3", "class": people.CLASS, **people.CHILD})


def pupil_history(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    return respond({"items": people.ENROLMENT_HISTORY})


def change_pupil(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    return respond({"pupil": pupil, "class": json.loads(a.body).get("class", people.CLASS), **people.CHILD})


def registry(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    return respond({"pupil": pupil, "read_at": f.clock.now(), **people.registry(a.path.endswith("/copy"))})


def new_code(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    return respond({"registration_code": people.REGISTRATION_CODE}, 201)


def list_campaigns(f: Fakes, a: Received) -> httpx.Response:
    """In roster's order, each with its state of today."""
    today = day_of(f.clock.now())
    items = [c | {"state": campaign_state(c["open"], c["cutoff"], c["last_day"], today)} for c in f.campaigns]
    return respond({"items": in_order(items, lambda c: (c["state"], c["opens"], c["id"]))})


def plan_campaign(f: Fakes, a: Received) -> httpx.Response:
    if any(c["id"] == a.json["id"] for c in f.campaigns):
        return refuse(409, "campaign-exists", "There is a campaign with this id.", "id")
    f.campaigns.append({**a.json, "open": False, "ready": False})
    return respond({"id": a.json["id"]}, 201)


def open_campaign(f: Fakes, a: Received, campaign: str) -> httpx.Response:
    opened = next(c for c in f.campaigns if c["id"] == campaign)
    opened["open"] = True
    return respond(opened)


def campaign_coverage(f: Fakes, a: Received) -> httpx.Response:
    """A school of each stage, with 120 pupils."""
    stages = a.params.get("stages", "pjsx")
    return respond(
        {
            "counted_at": f.clock.now(),
            "schools": len(stages),
            "pupils": 120 * len(stages),
            "stages": [{"stage": stage, "schools": 1, "pupils": 120} for stage in "pjsx"],
        }
    )


def change_plan(f: Fakes, a: Received, campaign: str) -> httpx.Response:
    changed = next(c for c in f.campaigns if c["id"] == campaign)
    changed |= a.json
    return respond(changed)


def cancel_plan(f: Fakes, a: Received, campaign: str) -> httpx.Response:
    [cancelled] = [c for c in f.campaigns if c["id"] == campaign]
    f.campaigns.remove(cancelled)
    return respond(cancelled)


def move_last_day(f: Fakes, a: Received, campaign: str) -> httpx.Response:
    moved = next(c for c in f.campaigns if c["id"] == campaign)
    moved |= {**a.json, "planned_last_day": moved.get("planned_last_day") or moved["last_day"], "settled": False}
    return respond(moved)


def print_forms(f: Fakes, a: Received, campaign: str) -> httpx.Response:
    if not a.json.get("download_code") and not a.json.get("run"):
        return refuse(422, "download-code-needed", "Enter your download code.", "download_code")
    goes_on = a.json.get("run") and not a.json.get("class")
    if campaign in f.printed and not a.json.get("confirm") and not goes_on:
        return refuse(409, "sheets-would-be-void", "Confirm it.", "confirm", sheets=12)
    f.printed.add(campaign)
    void, run = 12 if a.json.get("confirm") else 0, a.json.get("run") or "r" * 32
    state = f.runs.setdefault(run, {"prints": [], "left": list(a.json.get("classes", [])), "voids": False})
    state["voids"] = state["voids"] or bool(void)
    class_ = a.json.get("class") or (state["left"].pop(0) if state["left"] else people.CLASS)
    id = f"p-{len(state['prints']) + 1}"
    state["prints"].append({"print": id, "classes": [named(class_)], "forms": 12, "void": 12 if state["voids"] else 0})
    made = {"print": id, "pages": 25, "forms": 12, "url": f"/v1/prints/{id}/forms.pdf", "void": void, "run": run}
    return respond(made | {"run_ends_at": "2026-09-20T10:00:00Z", "left": state["left"]}, 201)


def named(class_: str) -> dict[str, str]:
    return {"id": class_, "name": class_name(class_, "2026-09-20")}


def print_run(f: Fakes, a: Received, run: str) -> httpx.Response:
    state = f.runs.get(run, {"prints": [], "left": []})
    return respond(
        {
            "run": run,
            "campaign": "2026a",
            "school": people.SCHOOL,
            "prints": state["prints"],
            "left": [named(each) for each in state["left"]],
            "empty": [named(each) for each in state.get("empty", [])],
            "forms": sum(each["forms"] for each in state["prints"]),
            "may_go_on": state.get("may_go_on", True),
            "is_over": state.get("is_over", False),
            "ends_at": "2026-09-20T10:00:00Z",
        }
    )


def archive(f: Fakes, a: Received, run: str) -> httpx.Response:
    return httpx.Response(200, content=b"PK fake", headers={"Content-Type": "application/zip"})


def prints(f: Fakes, a: Received, school: str) -> httpx.Response:
    return respond({"items": people.PRINTS})


def pdf(f: Fakes, a: Received, *_: str) -> httpx.Response:
    return httpx.Response(200, content=b"%PDF-1.7 fake", headers={"Content-Type": "application/pdf"})


def enter_corrections(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    """A name that is no name is refused at its field; key fields need a proof, and wait."""
    sent = a.form()
    given = json.loads(sent["fields"])
    if given.get("birth_date") == "明天":
        reason = {"field": "birth_date", "code": "date-wrong", "zh": "不是日期", "en": "not a date"}
        return refuse(422, "bad-correction", "Fix these values.", "birth_date", reasons=[reason])
    keys = given.keys() & {"name", "sex", "birth_date", "pupil_number", "id_type", "id_number", "class"}
    if keys and not sent.get("proof"):
        return refuse(422, "proof-missing", "Key fields need a proof.", "proof")
    told = {"applied": "a" * 32 if given.keys() - keys else "", "waiting": people.CORRECTION if keys else ""}
    return respond({"pupil": pupil, **told}, 201)


def correction_in_full(f: Fakes, a: Received, pupil: str, id: str) -> httpx.Response:
    whose = {"pupil": pupil, "name": "王一", "school_name": "史家小学", "class_name": "三年级1班", "own": False}
    changes = [{"field": "name", "title": "姓名", "before": "王一", "after": "王依"}]
    return respond({**people.CORRECTIONS[0], **whose, "correction": id, "changes": changes})


def decide_correction(f: Fakes, a: Received, pupil: str, id: str, step: str) -> httpx.Response:
    return respond({"pupil": pupil, "correction": id, "status": "bureau"})


def waiting_corrections(f: Fakes, a: Received, code: str) -> httpx.Response:
    items = [each for each in people.WAITING_CORRECTIONS if len(code) == 10 or each["status"] == "bureau"]
    return respond({"items": items, "leader": int(len(code) == 10), "bureau": 1, "more": False})


def proof() -> httpx.Response:
    return httpx.Response(200, content=b"%PDF-1.4 proof", headers={"Content-Type": "application/pdf"})


# ---- upload
def refused_code(f: Fakes, a: Received, code: str) -> httpx.Response | None:
    if code != people.UPLOAD_CODE:
        return refuse(422, "code-unknown", "There is no such code, or it is void.", "upload_code")
    return None


def accepted_code(f: Fakes, a: Received) -> bool:
    return f.code_alone == "on" or bool(a.token)


def check_code(f: Fakes, a: Received) -> httpx.Response:
    found = {"campaign": "2026a", "accepted": accepted_code(f, a)}
    return refused_code(f, a, a.json["upload_code"]) or respond(found)


def send_photo(f: Fakes, a: Received) -> httpx.Response:
    given = a.form()
    if "upload_code" in given and (refused := refused_code(f, a, given["upload_code"].decode())):
        return refused
    if "upload_code" in given and not accepted_code(f, a):
        return refuse(403, "code-alone-off", "The upload code alone is not enough here.", "upload_code")
    photo = f.next_id()
    receipt = receipts.make(len(f.photos) + 482177305)
    f.photos[photo] = {"looks": f.looks, "outcome": f.outcome, "size": len(given["photo"]), "receipt": receipt}
    return respond({"photo": photo, "token": f"ticket-{photo}", "state": "checking"}, 202)


def photo_state(f: Fakes, a: Received, photo: str) -> httpx.Response:
    if photo not in f.photos or not (a.token or a.headers.get("X-Ticket-Token") == f"ticket-{photo}"):
        return refuse(404, "not-found", "There is no such photo.")
    kept = f.photos[photo]
    kept["looks"] -= 1
    state, reason = ("checking", "") if kept["looks"] >= 0 else kept["outcome"]
    return respond(
        {
            "photo": photo,
            "receipt": kept["receipt"],
            "campaign": "2026a",
            "pupil": people.PUPILS[0]["pupil"] if a.token in f.sessions else "",
            "accepted": kept.get("accepted", False),
            "state": state,
            "reason": reason or None,
            "message_zh": "服务的说明",
            "message_en": "The service's own words.",
            "received_at": iso(f.clock.now()),
        }
    )


def photos_of_receipt(f: Fakes, a: Received) -> httpx.Response:
    number = a.params["receipt"].replace("-", "")
    if not receipts.is_receipt(number):
        return refuse(422, "receipt-mistyped", "A receipt number has 10 digits.", "receipt")
    found = [photo for photo, kept in f.photos.items() if kept["receipt"] == number]
    return respond({"items": [photo_state(f, a, photo).json() for photo in found]})


def traces_of_receipt(f: Fakes, a: Received) -> httpx.Response:
    """The same without photo, pupil and campaign, and with the school."""
    found = photos_of_receipt(f, a)
    if found.status_code != 200:
        return found
    shown = ("receipt", "state", "reason", "message_zh", "message_en", "received_at", "accepted")
    lines = [{name: item.get(name, False) for name in shown} for item in found.json()["items"]]
    return respond({"items": [{**line, "school": people.UNITS[people.SCHOOL]["path"]} for line in lines]})


def owner_of_code(f: Fakes, a: Received) -> httpx.Response:
    return respond({**people.CHILD, "campaign": "2026a", "campaign_name": f.campaigns[0]["name"]})


def picture(f: Fakes, a: Received, photo: str) -> httpx.Response:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (214, 222, 226)).save(out, "JPEG")
    return httpx.Response(200, content=out.getvalue(), headers={"Content-Type": "image/jpeg"})


def class_forms(f: Fakes, a: Received, class_id: str) -> httpx.Response:
    return respond({"items": [{"pupil": pupil, **form} for pupil, form in f.forms.items()]})


def pupil_forms(f: Fakes, a: Received, pupil: str) -> httpx.Response:
    return respond({"items": [{"campaign": "2026a", "pupil": pupil, **f.forms.get(pupil, {"state": "missing"})}]})


def review(f: Fakes, a: Received, campaign: str, pupil: str) -> httpx.Response:
    form, decision = f.forms[pupil], a.json["decision"]
    if a.json["photo"] != form.get("photo"):
        return refuse(409, "photo-not-current", "This photo is not the one that waits; load the form again.")
    form["state"] = {"archive": "archived", "accept": "accepted", "return": "returned"}[decision]
    form["reason"] = a.json.get("reason")
    return respond({"pupil": pupil, **form, "over": f.over})


def paper(f: Fakes, a: Received, campaign: str, pupil: str) -> httpx.Response:
    f.forms[pupil] = {"state": "paper", "reason": a.json["reason"]}
    return respond(f.forms[pupil] | {"over": f.over})


def withdraw(f: Fakes, a: Received, campaign: str, pupil: str) -> httpx.Response:
    f.forms[pupil] = {"state": "missing"}
    return respond(f.forms[pupil])


# ---- statistics
def figures(f: Fakes, a: Received) -> httpx.Response:
    code, day = a.params["unit"], a.params.get("day") or people.TODAY
    if code not in people.UNITS and code not in {c["id"] for c in people.CLASSES}:
        return refuse(404, "not-found", "There is no unit with this code.")
    return respond(people.figures(code, day, f.me(a)["paths"][0]))


def series(f: Fakes, a: Received) -> httpx.Response:
    return respond(people.series(a.params["unit"], a.params.get("day") or people.TODAY))


def close_day(f: Fakes, a: Received, day: str) -> httpx.Response:
    publishers = [{"name": name, "closed_through": day, "pending": 0} for name in PUBLISHERS]
    return respond({"day": day, "publishers": publishers, "final": True})


def make_report(f: Fakes, a: Received) -> httpx.Response:
    if a.json["day"] >= people.TODAY:
        return refuse(409, "day-not-closed", "This day is not closed yet.")
    f.reports.append(people.report("r-2", a.json["unit"], a.json["day"], published=not a.json.get("draft")))
    return respond(f.reports[-1], 201)


def publish_draft(f: Fakes, a: Received, report: str) -> httpx.Response:
    found = next(each for each in f.reports if each["id"] == report)
    found["published"] = True
    return respond(found)


def list_reports(f: Fakes, a: Received) -> httpx.Response:
    """As statistics: of the own unit everything, of those above what is published."""
    own = f.me(a)["paths"][0]
    asked = [each for each in f.reports if a.params.get("unit") in (None, each["unit"])]
    readable = [e for e in asked if e["path"].startswith(own) or (e["published"] and own.startswith(e["path"]))]
    return respond({"items": readable})


def edition(f: Fakes, a: Received, report: str) -> httpx.Response:
    return respond(people.edition(report))


def access_records(f: Fakes, a: Received) -> httpx.Response:
    """One view by the class teacher in each service, an hour apart."""
    hour = ("roster", "upload", "identity").index(a.service)
    seen = {"roster": "class-list", "upload": "photo", "identity": "guardians"}[a.service]
    line = {"at": f.clock.now() - hour * 3_600_000, "role": "teacher", "what": seen, "path": people.PATHS["teacher"][0]}
    known = {"account": "a-1", "source": "203.0.113.7"} if "path" in a.params else {"account": "", "source": ""}
    return respond({"items": [{**line, **known, "pupils": 3, "alarm": seen == "photo"}]})


def name_accounts(f: Fakes, a: Received) -> httpx.Response:
    """One account is of this region, the others are not."""
    known = {people.ACTED: "周老师"}
    return respond({"items": [{"id": id, "display_name": known[id]} for id in a.json["accounts"] if id in known]})


def audit_trail(f: Fakes, a: Received) -> httpx.Response:
    """One act in each service, an hour apart, the newest in stats; upload has none."""
    act = {"identity": "account-issued", "roster": "roster-import", "stats": "export"}.get(a.service)
    hour = ("stats", "roster", "upload", "identity").index(a.service)
    facts = {"identity": {"issued": "teacher", "of": people.PATHS["teacher"][0]}, "roster": {"dry_run": 1}}
    line = {
        "id": f"018f0000-0000-7000-8000-00000000000{9 - hour}",
        "at": f.clock.now() - hour * 3_600_000,
        "act": act,
        "path": people.UNITS[people.SCHOOL]["path"],
        "number": 7 - hour,
        "account": people.ACTED,
        "role": "school",
        "target": people.SCHOOL if a.service == "roster" else "018f0000-0000-7000-8000-0000000000b2",
        "source": "203.0.113.7",
        "facts": facts.get(a.service, {}),
    }
    return respond({"items": [line] if act else []})


def health(f: Fakes, a: Received) -> httpx.Response:
    if f.me(a)["role"] not in ("ministry", "support"):
        return refuse(403, "outside-scope", "Your role may not do this.")
    return respond(people.HEALTH[a.service])


Do = Callable[..., httpx.Response]
ROUTES: list[tuple[str, str, bool, Do]] = [
    ("POST", "/v1/sessions", True, sign_in),
    ("POST", "/v1/sessions/second-step", True, second_step),
    ("GET", "/v1/me/second-factor", False, own_second_factor),
    ("POST", "/v1/me/second-factor", False, begin_second_factor),
    ("POST", "/v1/me/second-factor/confirmation", False, confirm_second_factor),
    ("POST", "/v1/me/recovery-codes", False, lambda f, a: respond({"recovery_codes": ["ABCD-EFGH-JKMN-PQRS"]}, 201)),
    ("POST", "/v1/accounts/([^/]+)/second-factor-reset", False, lambda f, a, account: respond(None, 204)),
    ("POST", "/v1/sessions/refresh", True, refresh),
    ("POST", "/v1/sessions/confirmation", False, confirm),
    ("DELETE", "/v1/sessions", False, sign_out),
    ("GET", "/v1/me", False, lambda f, a: respond(people.public(f.me(a)))),
    ("PUT", "/v1/me/password", False, change_password),
    ("POST", "/v1/registrations/check", True, check_registration),
    ("POST", "/v1/registrations", True, register),
    ("GET", "/v1/me/children", False, own_children),
    ("POST", "/v1/me/children", False, add_child),
    ("POST", "/v1/me/children/([^/]+)/consent-withdrawal", False, end_consent),
    ("POST", "/v1/withdrawals", True, withdraw_by_codes),
    ("POST", "/v1/accounts", False, issue),
    ("GET", "/v1/accounts", False, list_accounts),
    ("POST", "/v1/accounts/searches", False, list_accounts),
    ("POST", "/v1/account-exports", False, list_accounts),
    ("POST", "/v1/account-names", False, name_accounts),
    ("POST", "/v1/accounts/([^/]+)/password-reset", False, reset),
    ("POST", "/v1/activation-codes/use", True, use_activation_code),
    ("GET", "/v1/download-codes", False, lambda f, a: respond({"items": [people.PRINTER]})),
    (
        "POST",
        "/v1/download-codes",
        False,
        lambda f, a: respond({"account": people.PRINTER["account"], **people.DOWNLOAD}, 201),
    ),
    ("POST", "/v1/me/download-codes", False, lambda f, a: respond({"account": f.me(a)["id"], **people.DOWNLOAD}, 201)),
    ("GET", "/v1/kick-off", False, show_kick_off),
    ("POST", "/v1/account-files", False, send_account_file),
    ("GET", "/v1/account-files", False, lambda f, a: respond({"items": f.account_files[-1:]})),
    ("GET", "/v1/account-files/([^/]+)", False, show_account_file),
    ("DELETE", "/v1/account-files/([^/]+)", False, discard_account_file),
    ("POST", "/v1/account-files/([^/]+)/run", False, run_account_file),
    (
        "GET",
        "/v1/account-files/([^/]+)/wrong-lines",
        False,
        lambda f, a, id: respond({"items": people.WRONG_LINES, "after": 0}),
    ),
    ("POST", "/v1/kick-off", False, open_bureaus),
    ("POST", "/v1/activation-sheets", False, print_sheets),
    ("GET", r"/v1/activation-sheets/([^/]+)/sheets\.pdf", False, sheets_pdf),
    ("GET", r"/v1/activation-sheets/([^/]+)/sheets\.zip", False, sheets_zip),
    ("POST", "/v1/reset-codes/use", True, use_reset_code),
    ("POST", "/v1/me/children/regain", False, regain),
    ("GET", "/v1/access-records", False, access_records),
    ("GET", "/v1/audit-trail", False, audit_trail),
    ("POST", "/v1/applications", False, apply_for_unit),
    ("GET", "/v1/applications", False, lambda f, a: respond({"items": list(f.applications.values())})),
    ("GET", "/v1/applications/([^/]+)", False, lambda f, a, id: respond(f.applications[id])),
    ("POST", "/v1/applications/([^/]+)/decisions", False, decide_application),
    ("GET", "/v1/application-counts", False, application_counts),
    ("POST", "/v1/public-applications", True, apply_for_unit),
    ("POST", "/v1/public-applications/look-up", True, standing),
    ("GET", "/v1/regions", True, regions),
    ("POST", "/v1/misuse-reports", True, lambda f, a: respond(None, 204)),
    ("GET", "/v1/misuse-cases", False, lambda f, a: respond({"items": f.misuse})),
    ("GET", "/v1/misuse-cases/([^/]+)", False, misuse_case),
    ("POST", "/v1/misuse-cases/([^/]+)/closure", False, misuse_case),
    ("GET", "/v1/misuse-counts", False, lambda f, a: respond({"items": people.MISUSE_COUNTS})),
    ("GET", "/v1/me/details", False, own_details),
    ("PUT", "/v1/me/details", False, change_details),
    ("POST", "/v1/me/erasure", False, erase_account),
    ("GET", "/v1/pupils/([^/]+)/listed-guardians", False, lambda f, a, pupil: respond({"items": people.LISTED})),
    ("GET", "/v1/me/history", False, lambda f, a: respond({"items": people.HISTORY})),
    ("GET", "/v1/accounts/([^/]+)/history", False, lambda f, a, account: respond({"items": people.HISTORY})),
    ("GET", "/v1/accounts/waiting", False, lambda f, a: respond({"items": f.waiting})),
    ("POST", "/v1/accounts/([^/]+)/acceptance", False, lambda f, a, account: respond(people.WAITING)),
    ("POST", "/v1/accounts/([^/]+)/hand-over", False, hand_over),
    ("POST", "/v1/accounts/([^/]+)/closure", False, lambda f, a, account: respond(None, 204)),
    ("POST", "/v1/accounts/([^/]+)/paths(?:/revocations)?", False, lambda f, a, account: respond({"id": account})),
    ("POST", "/v1/accounts/([^/]+)/grants(/revocations)?", False, change_grants),
    ("DELETE", "/v1/accounts/([^/]+)/lock", False, lambda f, a, account: respond(None, 204)),
    ("GET", "/v1/bindings", False, list_bindings),
    ("POST", "/v1/bindings/([^/]+)/decisions", False, decide_binding),
    ("GET", "/v1/units", False, units),
    ("GET", "/v1/units/([^/]+)", False, unit),
    ("POST", "/v1/units", False, open_unit),
    ("GET", "/v1/units/([^/]+)/children", False, children),
    ("GET", "/v1/units/([^/]+)/classes", False, classes),
    ("POST", "/v1/units/([^/]+)/classes", False, open_class),
    ("POST", "/v1/units/([^/]+)/imports", False, import_roster),
    ("GET", "/v1/units/([^/]+)/imports", False, import_runs),
    ("GET", "/v1/imports/([^/]+)/undo", False, show_undo),
    ("POST", "/v1/imports/([^/]+)/undo", False, undo_import),
    ("GET", "/v1/imports/([^/]+)", False, read_import),
    ("POST", "/v1/imports/([^/]+)/runs", False, run_again),
    ("GET", "/v1/imports/([^/]+)/changes", False, import_changes),
    ("GET", "/v1/imports/([^/]+)/marked.xlsx", False, marked_file),
    (
        "GET",
        "/v1/units/([^/]+)/waiting-arrivals",
        False,
        lambda f, a, code: respond({"items": people.WAITING_ARRIVALS, "more": False}),
    ),
    ("GET", "/v1/units/([^/]+)/arrivals", False, lambda f, a, code: respond({"items": people.ASKED_ARRIVALS})),
    ("GET", "/v1/units/([^/]+)/proposals", False, lambda f, a, code: respond({"items": people.PROPOSALS})),
    ("POST", "/v1/arrivals/([^/]+)/answers", False, lambda f, a, arrival: respond({"arrival": arrival})),
    ("POST", "/v1/pupils/([^/]+)/proposal/decisions", False, lambda f, a, pupil: respond({"pupil": pupil})),
    ("GET", "/v1/pupils/([^/]+)/corrections", False, lambda f, a, pupil: respond({"items": people.CORRECTIONS})),
    ("POST", "/v1/pupils/([^/]+)/corrections", False, enter_corrections),
    ("GET", "/v1/pupils/([^/]+)/corrections/([^/]+)", False, correction_in_full),
    ("GET", "/v1/pupils/([^/]+)/corrections/([^/]+)/proof", False, lambda f, a, pupil, id: proof()),
    ("POST", "/v1/pupils/([^/]+)/corrections/([^/]+)/(approval|confirmation|withdrawal)", False, decide_correction),
    ("GET", "/v1/units/([^/]+)/waiting-corrections", False, waiting_corrections),
    ("GET", "/v1/units/([^/]+)/corrected-forms", False, lambda f, a, s: respond({"items": people.CORRECTED_FORMS})),
    ("GET", "/v1/classes/([^/]+)/pupils", False, pupils),
    ("GET", "/v1/pupils/([^/]+)", False, pupil),
    ("GET", "/v1/pupils/([^/]+)/changes", False, pupil_history),
    ("POST", "/v1/pupils/([^/]+)/changes", False, change_pupil),
    ("GET", "/v1/pupils/([^/]+)/registry(?:/copy)?", False, registry),
    ("POST", "/v1/pupils/([^/]+)/registration-code", False, new_code),
    ("GET", "/v1/campaigns", False, list_campaigns),
    ("POST", "/v1/campaigns", False, plan_campaign),
    ("GET", "/v1/campaign-coverage", False, campaign_coverage),
    ("POST", "/v1/campaigns/([^/]+)/open", False, open_campaign),
    ("POST", "/v1/campaigns/([^/]+)/plan", False, change_plan),
    ("POST", "/v1/campaigns/([^/]+)/cancellation", False, cancel_plan),
    ("POST", "/v1/campaigns/([^/]+)/(?:extension|early-close)", False, move_last_day),
    ("POST", "/v1/campaigns/([^/]+)/prints", False, print_forms),
    ("GET", "/v1/units/([^/]+)/prints", False, prints),
    ("GET", "/v1/prints/([^/]+)/forms.pdf", False, pdf),
    ("GET", "/v1/print-runs/([^/]+)", False, print_run),
    ("GET", "/v1/print-runs/([^/]+)/forms.zip", False, archive),
    ("GET", "/v1/units/([^/]+)/code-alone", False, code_alone),
    ("POST", "/v1/units/([^/]+)/name", False, rename_unit),
    ("POST", "/v1/units/([^/]+)/closure", False, close_unit),
    ("POST", "/v1/classes/([^/]+)/closure", False, close_class),
    ("POST", "/v1/units/([^/]+)/code-alone", False, decide_code_alone),
    ("POST", "/v1/upload-codes/check", True, check_code),
    ("POST", "/v1/photos", True, send_photo),
    ("POST", "/v1/upload-codes/owner", True, owner_of_code),
    ("GET", "/v1/photos", False, photos_of_receipt),
    ("GET", "/v1/photo-traces", False, traces_of_receipt),
    ("GET", "/v1/photos/([^/]+)", True, photo_state),
    ("GET", "/v1/photos/([^/]+)/(?:image|thumbnail)", False, picture),
    ("GET", "/v1/classes/([^/]+)/forms", False, class_forms),
    ("GET", "/v1/pupils/([^/]+)/forms", False, pupil_forms),
    ("POST", "/v1/forms/([^/]+)/([^/]+)/reviews", False, review),
    ("POST", "/v1/forms/([^/]+)/([^/]+)/paper", False, paper),
    ("POST", "/v1/forms/([^/]+)/([^/]+)/withdrawal", False, withdraw),
    ("GET", "/v1/health", False, health),
    ("GET", "/v1/figures", False, figures),
    ("GET", "/v1/figures/series", False, series),
    ("POST", "/v1/days/([^/]+)/close", False, close_day),
    ("POST", "/v1/reports", False, make_report),
    ("POST", "/v1/reports/([^/]+)/publication", False, publish_draft),
    ("GET", "/v1/reports", False, list_reports),
    ("GET", r"/v1/reports/([^/]+)\.json", False, edition),
    ("GET", r"/v1/reports/([^/]+)\.(?:pdf|xlsx)", False, pdf),
]
