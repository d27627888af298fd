"""One good request for every operation of every service, in a small county; some need fresh data, prepared here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from services.identity.credentials.tokens import session_of
from shared.language.consent import CONSENT_VERSION
from shared.service.authentication_methods import REGISTRY
from shared.service.ended_sessions import ROUTE
from tests.support.made_up import NOBODY, SERVICE, Good
from tests.system.county import (
    BORN,
    CAMPAIGN,
    CITY,
    CLASS,
    COUNTY,
    HERE,
    JPEG,
    MOTHER,
    NATION,
    PASSWORD,
    PDF,
    PROVINCE,
    SCHOOL,
    SECOND,
    Account,
    SmallCounty,
    roster_file,
)
from tests.unit.roster.county import name_of, row
from tests.unit.roster.files import csv

Make = Callable[[SmallCounty], Good]
Catalogue = Mapping[str, Make]
CATEGORIES = {"identity": "binding", "roster": "entry,unit,class,campaign", "upload": "form"}


def _always(good: Good) -> Make:
    return lambda county: good


COMMON: Catalogue = {
    f"GET {path}": _always(Good()) for path in ("/_status", "/_health/live", "/_health/ready", "/metrics")
}


def publisher(name: str) -> Catalogue:
    return {
        "POST /internal/close": lambda c: Good(SERVICE, body={"day": c.day}),
        "GET /internal/control-totals": lambda c: Good(
            SERVICE, query={"through": c.day, "categories": CATEGORIES[name]}
        ),
    }


def _registration(c: SmallCounty, pupil: int) -> dict[str, Any]:
    return {"registration_code": c.code_of(c.pupils[pupil]), "birth_date": BORN}


def _an_own_password(c: SmallCounty) -> Good:
    name = c.issue("ministry", "support", f"/{NATION}/")
    c.activate(name)
    return Good(name, body={"old": PASSWORD, "new": f"seven apples {c.number()}"})


def _a_waiting_guardian(c: SmallCounty) -> Good:
    """One who is refused: a pupil has four guardians at most."""
    waiting = c.people[c.register(c.pupils[0])].account
    return Good("teacher", {"pupil": c.pupils[0]}, body={"account": waiting, "accept": False})


def _a_guardian(c: SmallCounty) -> Account:
    """A guardian of its own for each request: those of others are locked when enough made-up passwords were tried."""
    return c.people[c.register(c.pupils[0])]


def _sign_in(one: Account) -> dict[str, Any]:
    return {"login": one.login, "password": PASSWORD}


def _refresh(c: SmallCounty) -> Good:
    signed_in = c.post("identity", "/v1/sessions", NOBODY, _sign_in(_a_guardian(c)))
    return Good(body={"refresh_token": signed_in["refresh_token"]})


def _confirmation(c: SmallCounty) -> Good:
    """Of a session that was opened, as only those can be confirmed."""
    one = _a_guardian(c)
    refresh_token = c.post("identity", "/v1/sessions", NOBODY, _sign_in(one))["refresh_token"]
    c.people["confirming"] = replace(one, session=session_of(refresh_token))
    return Good("confirming", body={"password": PASSWORD})


def _who_prints(c: SmallCounty) -> str:
    """A registry admin of its own for each request: codes of one person are limited."""
    name = c.issue("school", "school", HERE)
    c.activate(name)
    return name


def _an_own_download_code(c: SmallCounty) -> Good:
    name = _who_prints(c)
    c.people[name] = replace(c.people[name], methods=(REGISTRY,))
    return Good(name)


def _a_download_code(c: SmallCounty) -> Good:
    account = c.people[_who_prints(c)].account
    code = c.post("identity", "/v1/download-codes", "leader", {"account": account})["download_code"]
    run = f"{c.number():032x}"
    return Good(SERVICE, body={"account": account, "path": HERE, "run": run, "code": code, "command": run})


def _second_step(c: SmallCounty) -> Good:
    challenge, code = c.challenge(c.set_up_second_factor())
    return Good(body={"challenge": challenge, "code": code})


def _a_first_code(c: SmallCounty) -> Good:
    name, code = c.begin_second_factor()
    return Good(name, body={"code": code})


def _registered(c: SmallCounty) -> Good:
    person = {
        "login": f"made-up.g{c.number()}",
        "password": PASSWORD,
        "display_name": MOTHER,
        "relation": "mother",
        "consent": CONSENT_VERSION,
    }
    return Good(body={**_registration(c, 4), **person})


def _a_class_too_many(c: SmallCounty) -> Good:
    teacher = c.people[c.issue("school", "teacher", f"{HERE}{CLASS}/")].account
    c.post("identity", f"/v1/accounts/{teacher}/paths", "school", {"path": f"{HERE}{SECOND}/"})
    return Good("school", {"account": teacher}, body={"path": f"{HERE}{SECOND}/"})


def _an_activation_code(c: SmallCounty) -> Good:
    one = c.people[c.issue("ministry", "support", f"/{NATION}/")]
    asked = {"login": one.login, "activation_code": one.activation_code, "new": f"seven apples {c.number()}"}
    return Good(body=asked)


def _sheets(c: SmallCounty) -> Good:
    c.issue("school", "teacher", f"{HERE}{SECOND}/")
    return Good("school", body={"path": HERE, "confirm": True})


def _printed_sheets(c: SmallCounty) -> Good:
    sheets = c.post("identity", "/v1/activation-sheets", "school", _sheets(c).body)["id"]
    return Good("school", {"sheets": sheets})


def _a_reset_code(c: SmallCounty) -> Good:
    login, code = c.reset("school", c.issue("school", "leader", HERE))
    return Good(body={"login": login, "reset_code": code, "birth_date": "", "new": f"seven apples {c.number()}"})


def _a_held_child(c: SmallCounty) -> Good:
    """A guardian whom the teacher has reset, with a second child who has moved to another class."""
    if "held" not in c.people:
        c.register(c.pupils[7], "held")
        asked = {**_registration(c, 9), "relation": "mother", "consent": CONSENT_VERSION}
        c.post("identity", "/v1/me/children", "held", asked)
        moved = {"kind": "class-moved", "school": SCHOOL, "class": SECOND}
        c.post("roster", f"/v1/pupils/{c.pupils[9]}/changes", "school", moved)
    c.reset("teacher", "held")
    return Good("held", body={"birth_date": BORN})


def _a_misuse(c: SmallCounty) -> str:
    """The pupil of an open case. The code is void afterwards, so the next guardian registers with the new one."""
    wrong = c.people[c.register(c.pupils[1])].account
    asked = {"account": wrong, "accept": False, "reason": "wrong-code"}
    c.post("identity", f"/v1/bindings/{c.pupils[1]}/decisions", "teacher", asked)
    return c.pupils[1]


def _applied(c: SmallCounty) -> dict[str, Any]:
    """An application for a missing county, which waits at the province."""
    asked = {"parent": CITY, "name": "高新区"}
    made: dict[str, Any] = c.post("identity", "/v1/applications", "city", asked)
    return made


def _answer_code(c: SmallCounty) -> str:
    """Of a public application; the one there is, as a unit takes five a day."""
    if not c.answer_code:
        asked = {"parent": PROVINCE, "name": "高新区", "contact_name": "某科长", "contact": "0311-0000000"}
        c.answer_code = c.post("identity", "/v1/public-applications", NOBODY, asked)["answer_code"]
    return c.answer_code


def _own_details(c: SmallCounty) -> Good:
    """The name stays: another one would be compared with the roster again."""
    return Good("guardian", body={"login": c.people["guardian"].login, "display_name": MOTHER})


def _an_arrival(c: SmallCounty) -> Good:
    """The stand-in's answer for the first admin of a new school."""
    school = {
        "code": f"21981{c.number():05}",
        "name": "长安区远小学",
        "level": "school",
        "parent": COUNTY,
        "kind": "21",
    }
    c.post("roster", "/v1/units", "county", school)
    begun = c.post("identity", "/v1/registry-sign-ins", NOBODY, {})
    sent = httpx.post(begun["address"], data={"name": "王芳", "school_code": school["code"]})
    back = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))
    answer = {"state": back["state"], "code": back["code"], "answered_by": back["iss"], "secret": begun["secret"]}
    return Good(body=answer)


IDENTITY: Catalogue = {
    "GET /.well-known/jwks.json": _always(Good()),
    "POST /v1/sessions": lambda c: Good(body=_sign_in(_a_guardian(c))),
    "POST /v1/sessions/refresh": _refresh,
    "POST /v1/registry-sign-ins": _always(Good()),
    "POST /v1/registry-sign-ins/arrival": _an_arrival,
    "POST /v1/sessions/confirmation": _confirmation,
    "GET /v1/download-codes": _always(Good("leader")),
    "POST /v1/download-codes": lambda c: Good("leader", body={"account": c.people[_who_prints(c)].account}),
    "POST /v1/me/download-codes": _an_own_download_code,
    "POST /internal/download-codes/use": _a_download_code,
    "POST /v1/sessions/second-step": _second_step,
    "GET /v1/me/second-factor": _always(Good("teacher")),
    "POST /v1/me/second-factor": lambda c: Good(c.issue("ministry", "support", f"/{NATION}/")),
    "POST /v1/me/second-factor/confirmation": _a_first_code,
    "POST /v1/me/recovery-codes": lambda c: Good(c.set_up_second_factor()),
    "POST /v1/accounts/{account}/second-factor-reset": lambda c: Good(
        "ministry", {"account": c.people[c.set_up_second_factor()].account}
    ),
    "DELETE /v1/sessions": _always(Good("auditor")),
    f"GET {ROUTE}": _always(Good(SERVICE, query={"since": "0"})),
    "GET /v1/me": _always(Good("teacher")),
    "PUT /v1/me/password": _an_own_password,
    "POST /v1/account-files": lambda c: Good(c.sender(), body={"file": roster_file()}),
    "GET /v1/account-files": lambda c: Good(c.sender()),
    "GET /v1/account-files/{file}": lambda c: Good("sender", {"file": c.account_file()}),
    "GET /v1/account-files/{file}/wrong-lines": lambda c: Good("sender", {"file": c.account_file()}),
    "POST /v1/account-files/{file}/run": lambda c: Good("sender", {"file": c.account_file()}),
    "DELETE /v1/account-files/{file}": lambda c: Good("sender", {"file": c.account_file(checked=False)}),
    "POST /v1/accounts": lambda c: Good(
        "school", body={"role": "leader", "path": HERE, "login": f"made-up.s{c.number()}", "display_name": "张校长"}
    ),
    "GET /v1/accounts": _always(Good("school", query={"under": HERE})),
    "POST /v1/account-exports": _always(Good("school", body={"under": HERE})),
    "POST /v1/account-names": lambda c: Good("auditor", body={"accounts": [c.people["school"].account]}),
    "POST /v1/accounts/searches": _always(Good("school", body={"text": "teacher"})),
    "POST /v1/accounts/{account}/paths": lambda c: Good(
        "school", {"account": c.people["teacher"].account}, body={"path": f"{HERE}{SECOND}/"}
    ),
    "POST /v1/accounts/{account}/password-reset": lambda c: Good("school", {"account": c.people["leader"].account}),
    "POST /v1/accounts/{account}/paths/revocations": _a_class_too_many,
    "POST /v1/accounts/{account}/hand-over": lambda c: Good(
        "school",
        {"account": c.people[c.issue("school", "teacher", f"{HERE}{SECOND}/")].account},
        body={"login": f"made-up.h{c.number()}", "display_name": "孙老师"},
    ),
    "POST /v1/accounts/{account}/closure": lambda c: Good(
        "school", {"account": c.people[c.issue("school", "leader", HERE)].account}
    ),
    "POST /v1/accounts/{account}/grants": lambda c: Good(
        "school",
        {"account": c.people["leader"].account},
        body={"permission": "print-forms", "path": HERE, "first_day": "", "last_day": ""},
    ),
    "POST /v1/accounts/{account}/grants/revocations": lambda c: Good(
        "school", {"account": c.people["leader"].account}, body={"permission": "print-forms", "path": HERE}
    ),
    "GET /v1/accounts/{account}/history": lambda c: Good("school", {"account": c.people["teacher"].account}),
    "GET /v1/accounts/waiting": _always(Good("leader")),
    "POST /v1/accounts/{account}/acceptance": lambda c: Good(
        "leader", {"account": c.people[c.issue("county", "school", HERE)].account}, body={"accept": True}
    ),
    "GET /v1/me/history": _always(Good("teacher")),
    "POST /v1/misuse-reports": lambda c: Good(body=_registration(c, 5)),
    "GET /v1/misuse-cases": _always(Good("teacher")),
    "GET /v1/misuse-cases/{pupil}": lambda c: Good("school", {"pupil": _a_misuse(c)}),
    "POST /v1/misuse-cases/{pupil}/closure": lambda c: Good("teacher", {"pupil": _a_misuse(c)}),
    "GET /v1/misuse-counts": _always(Good("county", query={"under": HERE})),
    "GET /v1/me/details": _always(Good("guardian")),
    "PUT /v1/me/details": _own_details,
    "POST /v1/me/erasure": lambda c: Good(c.register(c.pupils[8])),
    "POST /v1/me/children/regain": _a_held_child,
    "POST /v1/activation-codes/use": _an_activation_code,
    "POST /v1/applications": _always(Good("city", body={"parent": CITY, "name": "高新区"})),
    "GET /v1/applications": _always(Good("province")),
    "GET /v1/applications/{application}": lambda c: Good("province", {"application": _applied(c)["id"]}),
    "POST /v1/applications/{application}/decisions": lambda c: Good(
        "province", {"application": _applied(c)["id"]}, body={"accept": True}
    ),
    "GET /v1/application-counts": _always(Good("province", query={"under": f"/{NATION}/{PROVINCE}/"})),
    "POST /v1/public-applications": _always(
        Good(body={"parent": CITY, "name": "高新区", "contact_name": "某科长", "contact": "0311-0000000"})
    ),
    "POST /v1/public-applications/look-up": lambda c: Good(body={"answer_code": _answer_code(c)}),
    "GET /v1/kick-off": _always(Good("ministry")),
    "POST /v1/kick-off": _always(Good("ministry", body={"unit": COUNTY})),
    "POST /v1/activation-sheets": _sheets,
    "GET /v1/activation-sheets/{sheets}/sheets.pdf": _printed_sheets,
    "GET /v1/activation-sheets/{sheets}/sheets.zip": _printed_sheets,
    "POST /v1/reset-codes/use": _a_reset_code,
    "DELETE /v1/accounts/{account}/lock": lambda c: Good(
        "school", {"account": c.people[c.issue("school", "teacher", f"{HERE}{CLASS}/")].account}
    ),
    "POST /v1/registrations/check": lambda c: Good(body=_registration(c, 5)),
    "POST /v1/registrations": _registered,
    "POST /v1/me/children": lambda c: Good(
        "guardian", body={**_registration(c, 2), "relation": "mother", "consent": CONSENT_VERSION}
    ),
    "GET /v1/me/children": _always(Good("guardian")),
    "POST /v1/me/children/{pupil}/consent-withdrawal": lambda c: Good(c.register(c.pupils[8]), {"pupil": c.pupils[8]}),
    "POST /v1/withdrawals": lambda c: Good(body={**_registration(c, 2), "upload_code": c.upload_codes[2]}),
    "GET /v1/bindings": _always(Good("teacher", query={"waiting": "true"})),
    "POST /v1/bindings/{pupil}/decisions": _a_waiting_guardian,
}


def _new_class(c: SmallCounty) -> Good:
    number = c.number()
    return Good(
        "school",
        {"school": SCHOOL},
        body={"stage": "j", "entry_year": 2000 + number // 90 % 90, "number": 1 + number % 90},
    )


def _undoable(c: SmallCounty) -> Good:
    """An import of a pupil without a number, whom nobody has to confirm."""
    number = c.number()
    said = {"姓名": name_of(number), "班级": "2024级2班", "学籍号": "", "身份证件类型": "", "身份证件号": ""}
    files = {"file": ("roster.csv", csv([row(number, **said)]))}
    run = c.ask("POST", "roster", f"/v1/units/{SCHOOL}/imports", "school", files=files)["import"]
    confirm = c.ask("GET", "roster", f"/v1/imports/{run}/undo", "school")["confirm"]
    return Good("school", {"report": run}, body={"confirm": confirm})


def _campaign(c: SmallCounty) -> dict[str, Any]:
    year = int(c.day[:4])
    return {
        "id": f"made{c.number()}x",
        "name": "试用",
        "opens": c.day,
        "cutoff": f"{year + 1}-03-01",
        "last_day": f"{year + 1}-04-01",
        "population": {"stages": ["p", "j"]},
    }


def _planned(c: SmallCounty) -> Good:
    return Good("ministry", {"campaign": c.post("roster", "/v1/campaigns", "ministry", _campaign(c))["id"]})


def _planned_again(c: SmallCounty) -> Good:
    plan = _campaign(c)
    return replace(_planned(c), body={name: value for name, value in plan.items() if name != "id"})


def _opened(c: SmallCounty, month: int) -> Good:
    """A campaign of its own that runs until April, and another last day for it."""
    planned = _planned(c)
    c.post("roster", "/v1/campaigns/{campaign}/open".format(**planned.path), "ministry")
    return replace(planned, body={"last_day": f"{int(c.day[:4]) + 1}-{month:02}-15", "reason": "多地因暴雪停课"})


def _opened_school(c: SmallCounty) -> str:
    """The code of a new school, which nobody belongs to."""
    body = _new_school(c).body
    c.post("roster", "/v1/units", "county", body)
    return str(body["code"])


def _empty_class(c: SmallCounty) -> Good:
    made = _new_class(c)
    class_ = c.post("roster", f"/v1/units/{SCHOOL}/classes", "school", made.body)["id"]
    return Good("school", {"class_": class_})


def _new_school(c: SmallCounty) -> Good:
    return Good(
        "county",
        body={
            "code": f"21980{c.number():05}",
            "name": "长安区新小学",
            "level": "school",
            "parent": COUNTY,
            "kind": "21",
        },
    )


ROSTER: Catalogue = {
    "GET /v1/units": _always(Good("county", query={"codes": f"{COUNTY},{SCHOOL}"})),
    "GET /v1/units/{code}": _always(Good("county", {"code": COUNTY})),
    "GET /v1/units/{code}/children": _always(Good("county", {"code": CITY})),
    "POST /v1/units": _new_school,
    "POST /v1/units/{code}/name": lambda c: Good(
        "county", {"code": SCHOOL}, body={"name": f"长安区试用小学（{c.number()}）"}
    ),
    "POST /v1/units/{code}/closure": lambda c: Good("county", {"code": _opened_school(c)}),
    "POST /v1/classes/{class_}/closure": _empty_class,
    "GET /v1/units/{code}/code-alone": _always(Good("county", {"code": COUNTY})),
    # The county has decided itself: whatever the province says, its families go on.
    "POST /v1/units/{code}/code-alone": _always(Good("province", {"code": PROVINCE}, body={"code_alone": "on"})),
    "GET /v1/units/{school}/classes": _always(Good("school", {"school": SCHOOL})),
    "POST /v1/units/{school}/classes": _new_class,
    "GET /v1/campaigns": _always(Good("leader")),
    "POST /v1/campaigns": lambda c: Good("ministry", body=_campaign(c)),
    "GET /v1/campaign-coverage": _always(Good("ministry", query={"stages": "pj"})),
    "POST /v1/campaigns/{campaign}/open": _planned,
    "POST /v1/campaigns/{campaign}/plan": _planned_again,
    "POST /v1/campaigns/{campaign}/cancellation": _planned,
    "POST /v1/campaigns/{campaign}/extension": lambda c: _opened(c, month=5),
    "POST /v1/campaigns/{campaign}/early-close": lambda c: _opened(c, month=3),
    "POST /v1/units/{school}/imports": _always(
        Good("school", {"school": SCHOOL}, {"dry_run": "1"}, body={"file": roster_file()})
    ),
    "GET /v1/imports/{report}": lambda c: Good("school", {"report": c.roster_import}),
    "POST /v1/imports/{report}/runs": lambda c: Good("school", {"report": c.roster_trial}, body={"dry_run": True}),
    "GET /v1/imports/{report}/changes": lambda c: Good("school", {"report": c.roster_trial}),
    "GET /v1/units/{school}/imports": _always(Good("school", {"school": SCHOOL})),
    "GET /v1/imports/{report}/undo": lambda c: Good("school", {"report": c.roster_import}),
    "POST /v1/imports/{report}/undo": _undoable,
    "GET /v1/imports/{report}/marked.xlsx": lambda c: Good("school", {"report": c.roster_trial}),
    "GET /v1/units/{school}/prints": _always(Good("leader", {"school": SCHOOL})),
    "GET /v1/units/{school}/arrivals": _always(Good("school", {"school": SCHOOL})),
    "GET /v1/units/{code}/waiting-arrivals": _always(Good("county", {"code": COUNTY})),
    "POST /v1/arrivals/{arrival}/answers": lambda c: Good(
        "county", {"arrival": c.claim()}, body={"accept": False, "reason": "材料不全"}
    ),
    "GET /v1/units/{school}/proposals": _always(Good("leader", {"school": SCHOOL})),
    "POST /v1/pupils/{pupil}/proposal/decisions": lambda c: Good(
        "leader", {"pupil": c.propose()}, body={"accept": False, "reason": "材料不全"}
    ),
    "POST /v1/pupils/{pupil}/corrections": lambda c: Good(
        "teacher", {"pupil": c.pupils[4]}, body={"fields": f'{{"address": "新街{c.number()}号"}}', "proof": PDF}
    ),
    "GET /v1/pupils/{pupil}/corrections": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "GET /v1/pupils/{pupil}/corrections/{correction}": lambda c: Good("leader", c.correct()),
    "GET /v1/pupils/{pupil}/corrections/{correction}/proof": lambda c: Good("leader", c.correct()),
    "POST /v1/pupils/{pupil}/corrections/{correction}/approval": lambda c: Good(
        "leader", c.correct(), body={"accept": True, "reason": ""}
    ),
    "POST /v1/pupils/{pupil}/corrections/{correction}/confirmation": lambda c: Good(
        "county", c.correct(approved=True), body={"accept": False, "reason": "材料不全"}
    ),
    "POST /v1/pupils/{pupil}/corrections/{correction}/withdrawal": lambda c: Good("school", c.correct()),
    "GET /v1/units/{code}/waiting-corrections": _always(Good("county", {"code": COUNTY})),
    "GET /v1/units/{school}/corrected-forms": _always(Good("school", {"school": SCHOOL}, {"campaign": CAMPAIGN})),
    "GET /v1/classes/{class_}/pupils": _always(Good("teacher", {"class_": CLASS}, {"campaign": CAMPAIGN})),
    "GET /v1/pupils/{pupil}": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "GET /v1/pupils/{pupil}/listed-guardians": lambda c: Good("teacher", {"pupil": c.pupils[0]}),
    "GET /v1/pupils/{pupil}/registry": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "GET /v1/pupils/{pupil}/registry/copy": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "GET /v1/pupils/{pupil}/changes": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "POST /v1/pupils/{pupil}/changes": lambda c: Good(
        "school", {"pupil": c.pupils[6]}, body={"kind": "class-moved", "school": SCHOOL, "class": SECOND}
    ),
    "POST /v1/pupils/{pupil}/registration-code": lambda c: Good("teacher", {"pupil": c.pupils[7]}),
    "POST /v1/campaigns/{campaign}/prints": lambda c: Good(
        "school",
        {"campaign": CAMPAIGN},
        body={"pupils": [c.pupils[8]], "download_code": c.download_code(), "confirm": True},
    ),
    "GET /v1/prints/{print}/forms.pdf": lambda c: Good("school", {"print": c.printed}),
    "GET /v1/print-runs/{run}": lambda c: Good("school", {"run": c.printed}),
    "GET /v1/print-runs/{run}/forms.zip": lambda c: Good("school", {"run": c.printed}),
    "POST /v1/upload-codes/owner": lambda c: Good(body={"upload_code": c.upload_codes[5]}),
    "POST /internal/registration-codes/check": lambda c: Good(SERVICE, body=_registration(c, 2)),
    "POST /internal/registration-codes/spend": lambda c: Good(SERVICE, body={"pupil": c.pupils[4]}),
    "POST /internal/birth-dates/compare": lambda c: Good(SERVICE, body={"pupil": c.pupils[0], "birth_date": BORN}),
    "POST /internal/registration-codes/renew": lambda c: Good(
        SERVICE, body={"pupil": c.pupils[7], "command": f"{c.number():032x}"}
    ),
    "POST /internal/guardians/compare": lambda c: Good(
        SERVICE, body={"pupil": c.pupils[0], "name": MOTHER, "relation": "mother"}
    ),
    "GET /internal/pupils/{pupil}/class": lambda c: Good(SERVICE, {"pupil": c.pupils[0]}),
    "GET /internal/classes/{class_}/pupils": _always(Good(SERVICE, {"class_": CLASS})),
    "GET /v1/regions": _always(Good(query={"below": PROVINCE})),
    "POST /internal/counties": _always(
        Good(SERVICE, body={"code": "130171", "name": "高新区", "parent": CITY, "command": "0190d6a0-0000:1"})
    ),
    "POST /internal/units": _always(Good(SERVICE, body={"codes": [COUNTY, SCHOOL]})),
    "GET /internal/units/{code}/divisions": _always(Good(SERVICE, {"code": PROVINCE})),
}


def _form(c: SmallCounty, pupil: int) -> dict[str, str]:
    return {"campaign": CAMPAIGN, "pupil": c.pupils[pupil]}


def _completed(c: SmallCounty) -> Good:
    ticket, token = c.ticket(9)
    return Good(NOBODY, {"ticket": ticket}, headers={"X-Ticket-Token": token})


UPLOAD: Catalogue = {
    "POST /v1/upload-codes/check": lambda c: Good(body={"upload_code": c.upload_codes[5]}),
    "POST /v1/tickets": lambda c: Good(
        body={"upload_code": c.upload_codes[5], "content_type": "image/jpeg", "size": len(JPEG)}
    ),
    "POST /v1/tickets/{ticket}/complete": _completed,
    "POST /v1/photos": lambda c: Good(body={"upload_code": c.upload_codes[5], "photo": JPEG}),
    "GET /v1/photos": lambda c: Good("teacher", query={"receipt": c.receipts["archived 0"]}),
    "GET /v1/photo-traces": lambda c: Good("support", query={"receipt": c.receipts["archived 0"]}),
    "GET /v1/photos/{photo}": lambda c: Good("guardian", {"photo": c.photos["archived 0"]}),
    "GET /v1/photos/{photo}/image": lambda c: Good("teacher", {"photo": c.photos["archived 0"]}),
    "GET /v1/photos/{photo}/thumbnail": lambda c: Good("teacher", {"photo": c.photos["archived 0"]}),
    "GET /v1/classes/{class_id}/forms": _always(Good("school", {"class_id": CLASS}, {"campaign": CAMPAIGN})),
    "GET /v1/pupils/{pupil}/forms": lambda c: Good("guardian", {"pupil": c.pupils[0]}),
    "POST /v1/forms/{campaign}/{pupil}/reviews": lambda c: Good(
        "teacher", _form(c, 1), body={"decision": "archive", "photo": c.photos["waiting"]}
    ),
    "POST /v1/forms/{campaign}/{pupil}/paper": lambda c: Good("school", _form(c, 2), body={"reason": "impossible"}),
    "POST /v1/forms/{campaign}/{pupil}/withdrawal": lambda c: Good("teacher", _form(c, 3)),
    "POST /internal/pupils/{pupil}/hold": lambda c: Good(
        SERVICE, {"pupil": c.pupils[8]}, body={"command": f"{c.number():032x}", "account": f"{c.number():036x}"}
    ),
    "GET /internal/pupils/{pupil}/held": lambda c: Good(SERVICE, {"pupil": c.pupils[8]}),
    "POST /internal/pupils/{pupil}/withdrawal": lambda c: Good(
        SERVICE, {"pupil": c.pupils[8]}, body={"command": f"{c.number():032x}"}
    ),
}


def _figures(c: SmallCounty) -> dict[str, str]:
    return {"campaign": CAMPAIGN, "unit": COUNTY}


def _report(c: SmallCounty) -> str:
    return f"{CAMPAIGN}-{COUNTY}-{c.day.replace('-', '')}-1"


STATS: Catalogue = {
    "GET /v1/figures/series": lambda c: Good("county", query={**_figures(c), "day": c.day}),
    "GET /v1/figures": lambda c: Good("county", query={**_figures(c), "day": c.day}),
    "POST /v1/days/{day}/close": lambda c: Good("ministry", {"day": c.day}),
    "POST /v1/reports": lambda c: Good("county", body={**_figures(c), "day": c.day}),
    "POST /v1/reports/{id}/publication": lambda c: Good("county", {"id": _report(c)}),
    "GET /v1/reports": lambda c: Good("auditor", query=_figures(c)),
    "GET /v1/reports/{id}.{kind}": lambda c: Good("county", {"id": _report(c), "kind": "json"}),
    "GET /v1/audit": _always(Good("ministry", query={"check": "control_totals"})),
    "POST /internal/repair": _always(Good(SERVICE)),
}
ACCESS: Catalogue = {"GET /v1/access-records": lambda c: Good("guardian", query={"pupil": c.pupils[0]})}
AUDIT: Catalogue = {
    "GET /v1/audit-trail": _always(Good("auditor", query={"path": f"/{NATION}/"})),
    "GET /internal/audit-trail/verification": _always(Good(SERVICE)),
}
HEALTH: Catalogue = {"GET /v1/health": _always(Good("ministry"))}
SERVICES: Mapping[str, Catalogue] = {
    "identity": {**COMMON, **HEALTH, **IDENTITY, **ACCESS, **AUDIT, **publisher("identity")},
    "roster": {**COMMON, **HEALTH, **ROSTER, **ACCESS, **AUDIT, **publisher("roster")},
    "upload": {**COMMON, **HEALTH, **UPLOAD, **ACCESS, **AUDIT, **publisher("upload")},
    "stats": {**COMMON, **HEALTH, **STATS, **AUDIT},
}
