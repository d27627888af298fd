"""A small county in a running copy, with real accounts, pupils, sheets and photos: the data for made-up requests."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.local.stack import Stack
from drill.authenticator import Authenticator
from drill.clients import Line, Problem
from drill.days import Days
from drill.printed import sheets
from services.identity.credentials.tokens import Issuer
from services.identity.use_cases.staff.first_account import ACCOUNT_ID
from shared.infrastructure.clock import ShiftedClock
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from shared.language.services import BACKENDS
from shared.service.auth import ServiceAuth
from shared.service.authentication_methods import ONE_TIME_CODE
from shared.service.authentication_methods import PASSWORD as PASSWORD_METHOD
from tests.paper.pictures import photo
from tests.support.made_up import BROKEN, NOBODY, SERVICE
from tests.support.wait import await_until
from tests.unit.roster.county import BORN, name_of, row
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

NATION, PROVINCE, CITY, COUNTY, SCHOOL = "000000", "130000", "130100", "130102", "2199130102"
CLASS, SECOND, CAMPAIGN, PASSWORD = f"{SCHOOL}p202401", f"{SCHOOL}p202402", "made1", "steady horses 42"
PUPILS, MOTHER = 10, "王妈妈"
ALWAYS = 2**31  # an epoch that no change of scope reaches
INSIDE_ONLY = ("/internal/", "/metrics", "/_health/ready")
PATH_OF = {
    "province": f"/{NATION}/{PROVINCE}/",
    "city": f"/{NATION}/{PROVINCE}/{CITY}/",
    "county": f"/{NATION}/{PROVINCE}/{CITY}/{COUNTY}/",
}
HERE = f"{PATH_OF['county']}{SCHOOL}/"
PDF = b"%PDF-1.4\n%%EOF\n"
JPEG = photo()  # a page without any code


@dataclass
class Account:
    """An account of the copy."""

    account: str
    role: str
    paths: tuple[str, ...] = ()
    pupils: tuple[str, ...] = ()
    login: str = ""
    password: str = ""
    activation_code: str = ""
    session: str = ""  # a new one for each token unless given: a sign-out must end no other request
    methods: tuple[str, ...] = (PASSWORD_METHOD, ONE_TIME_CODE)


@dataclass
class SmallCounty:
    """people, and their authenticator apps: by name. pupils: ids in the order of names, each with its upload code.

    photos: ids by purpose, each with its receipt number.
    """

    copy: Stack
    people: dict[str, Account] = field(default_factory=dict)
    apps: dict[str, Authenticator] = field(default_factory=dict)
    pupils: list[str] = field(default_factory=list)
    upload_codes: list[str] = field(default_factory=list)
    photos: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    roster_import: str = ""
    roster_trial: str = ""  # a trial run, whose file is kept
    printed: str = ""
    day: str = ""
    answer_code: str = ""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        environment, keys = self.copy.local.environment(), self.copy.local.keys()
        self.addresses = {name: self.copy.local.addresses()[name] for name in BACKENDS}
        self.days = Days(Path(environment["CLOCK_FILE"]))
        clock = self._clock = ShiftedClock(Path(environment["CLOCK_FILE"]))
        self._services = ServiceAuth(bytes.fromhex(keys["STATS_SERVICE_KEY"]), "stats", clock, {})
        self._http, self._line = httpx.Client(timeout=60), Line(self.addresses)
        self.people["ministry"] = Account(ACCOUNT_ID, "ministry", (f"/{NATION}/",))

    # ---- requests
    def address(self, service: str, path: str) -> str:
        """The address of a service at which a path is served: the public one, or the one inside."""
        return self.copy.local.inside()[service] if path.startswith(INSIDE_ONLY) else self.addresses[service]

    def number(self) -> int:
        """A number that was not used before."""
        return next(self._numbers)

    def headers(self, service: str, who: str, *, proved_seconds_ago: int = 0) -> Mapping[str, str]:
        """Headers with a token signed by the key of the copy, so it stays valid when passwords and sessions change."""
        if who == NOBODY:
            return {}
        if who == BROKEN:
            return {"Authorization": "Bearer e30.e30.e30"}
        if who == SERVICE:
            return self._services.headers(service)
        one, proved_at = self.people[who], self._clock.now() - proved_seconds_ago * 1000
        issuer = Issuer(bytes.fromhex(self.copy.local.keys()["SIGNING_KEY"]), self._clock)  # a runbook may replace it
        token = issuer.access(
            one.account,
            one.role,
            one.paths,
            one.pupils,
            one.session or secrets.token_hex(16),
            proved_at,
            ALWAYS,
            (),
            one.methods,
        )
        return {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, service: str, path: str, who: str = NOBODY, **options: Any) -> Any:
        """The decoded body of a response; retries while a service is unavailable. Raises Problem."""
        answer = self._answer(method, service, path, who, **options)
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.content

    def fetch(self, service: str, path: str, who: str) -> bytes:
        """The bytes of a file. Raises Problem."""
        return self._answer("GET", service, path, who).content

    def _answer(self, method: str, service: str, path: str, who: str, **options: Any) -> httpx.Response:
        headers = {
            **self.headers(service, who),
            "Idempotency-Key": f"county-{self.number():06}",
            "Cache-Control": "no-cache",  # figures of now, not those of half a second ago
            **options.pop("headers", {}),
        }
        return self._line.ask(method, service, path, headers=headers, **options)

    def post(self, service: str, path: str, who: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.ask("POST", service, path, who, json=dict(body or {}))

    # ---- people
    def issue(self, by: str, role: str, path: str, name: str = "") -> str:
        """Issue a staff account; returns its name in `people`."""
        name = name or f"{role}-{self.number()}"
        made = self.post(
            "identity",
            "/v1/accounts",
            by,
            {"role": role, "path": path, "login": f"made-up.{name}", "display_name": "李老师"},
        )
        code = made["activation_code"]
        self.people[name] = Account(made["id"], role, (path,), (), made["login"], activation_code=code)
        if role == "leader":
            self.post("identity", f"/v1/accounts/{made['id']}/acceptance", "county", {"accept": True})
        return name

    def activate(self, name: str) -> None:
        """Choose PASSWORD for an account that was issued, as its owner."""
        one = self.people[name]
        body = {"login": one.login, "activation_code": one.activation_code, "new": PASSWORD}
        self.post("identity", "/v1/activation-codes/use", NOBODY, body)
        one.password = PASSWORD

    def account_file(self, *, checked: bool = True) -> str:
        """A new file of one account, which is being checked or is; those of the same sender are given up."""
        sender = self.sender()
        line = ("学籍管理员", SCHOOL, f"made-up.f{self.number()}", "吴老师")
        content = csv([line], ("角色", "单位代码", "账号名", "姓名"))
        sent = self.ask("POST", "identity", "/v1/account-files", sender, files={"file": ("accounts.csv", content)})
        if checked:
            await_until(lambda: self._file_state(sent["id"]) == "checked", 60, "the check of a file of accounts")
        return str(sent["id"])

    def sender(self) -> str:
        """An admin of the county at work who has no file of accounts on its way, as its name in `people`."""
        if "sender" not in self.people:
            self.activate(self.issue("province", "county", PATH_OF["county"], "sender"))
        for each in self.ask("GET", "identity", "/v1/account-files", "sender")["items"]:
            if each["state"] in ("received", "checked"):
                self.ask("DELETE", "identity", f"/v1/account-files/{each['id']}", "sender")
            elif each["state"] == "running":
                await_until(lambda id=each["id"]: self._file_state(id) != "running", 60, "a run of a file of accounts")
        return "sender"

    def _file_state(self, id: str) -> str:
        return str(self.ask("GET", "identity", f"/v1/account-files/{id}", "sender")["state"])

    def reset(self, by: str, name: str) -> tuple[str, str]:
        """Reset an account; (its login, the reset code)."""
        slip = self.post("identity", f"/v1/accounts/{self.people[name].account}/password-reset", by)
        return slip["login"], slip["reset_code"]

    def begin_second_factor(self) -> tuple[str, str]:
        """A new account of support, active, with a key for its device; (its name, the key's first code)."""
        name = self.issue("ministry", "support", f"/{NATION}/")
        self.activate(name)
        self.apps[name] = Authenticator(self.post("identity", "/v1/me/second-factor", name)["key"])
        return name, self.apps[name].code(self._clock.now())

    def set_up_second_factor(self) -> str:
        """The name of a new account with a second factor in force."""
        name, code = self.begin_second_factor()
        self.post("identity", "/v1/me/second-factor/confirmation", name, {"code": code})
        return name

    def challenge(self, name: str) -> tuple[str, str]:
        """The challenge that the right password gets, and a code for it."""
        one = self.people[name]
        asked = {"login": one.login, "password": one.password}
        answer = self._http.post(f"{self.addresses['identity']}/v1/sessions", json=asked).json()
        return answer["challenge"], self.apps[name].code(self._clock.now())

    def code_of(self, pupil: str) -> str:
        """A new registration code of a pupil."""
        return str(self.post("roster", f"/v1/pupils/{pupil}/registration-code", "teacher")["registration_code"])

    def register(self, pupil: str, name: str = "") -> str:
        """Register a guardian of a pupil; returns the name in `people`."""
        name = name or f"guardian-{self.number()}"
        asked = {
            "registration_code": self.code_of(pupil),
            "birth_date": BORN,
            "login": f"made-up.{name}",
            "password": PASSWORD,
            "display_name": MOTHER,
            "relation": "mother",
            "consent": CONSENT_VERSION,
        }
        made = self.post("identity", "/v1/registrations", NOBODY, asked)
        self.people[name] = Account(made["account"], "guardian", (), (pupil,), asked["login"], PASSWORD)
        return name

    # ---- rosters
    def import_rows(self, *rows: Any, who: str = "school", school: str = SCHOOL, query: str = "") -> Any:
        """The report of an import of these rows."""
        file = {"file": ("roster.csv", csv(rows, HEADINGS))}
        return self.ask("POST", "roster", f"/v1/units/{school}/imports{query}", who, files=file)

    def claim(self) -> str:
        """A number that nobody has, claimed by the school; the arrival that waits for the county."""
        before = self._waiting()
        born = (date(2016, 1, 1) + timedelta(days=self.number())).isoformat()
        numbers = {"学籍号": pupil_number(born, 7), "身份证件号": id_number(born, 7)}
        self.import_rows(row(1, 姓名="王新生", 班级="2024级1班", 出生日期=born, **numbers))
        return str(next(iter(self._waiting() - before)))

    def _waiting(self) -> set[str]:
        items = self.ask("GET", "roster", f"/v1/units/{COUNTY}/waiting-arrivals", "county")["items"]
        return {item["arrival"] for item in items}

    def propose(self) -> str:
        """Another name for a pupil, proposed by a file; the pupil."""
        self.import_rows(row(PUPILS, 姓名=f"王改{name_of(self.number())}", 班级="2024级1班"))
        return str(self.ask("GET", "roster", f"/v1/units/{SCHOOL}/proposals", "leader")["items"][0]["pupil"])

    def correct(self, *, approved: bool = False) -> dict[str, str]:
        """Another ID number for a pupil, entered by the teacher, perhaps approved; what waited before is withdrawn."""
        pupil, leader = self.pupils[5], {"accept": True, "reason": ""}
        at = f"/v1/pupils/{pupil}/corrections"
        for item in self.ask("GET", "roster", at, "school")["items"]:
            if item["status"] in ("leader", "bureau"):
                self.post("roster", f"{at}/{item['correction']}/withdrawal", "school", {})
        fields = f'{{"id_number": "{id_number(BORN, 100 + self.number() % 300)}"}}'
        files = {"proof": ("proof.pdf", PDF, "application/pdf")}
        made = self.ask("POST", "roster", at, "teacher", data={"fields": fields}, files=files)
        if approved:
            self.post("roster", f"{at}/{made['waiting']}/approval", "leader", leader)
        return {"pupil": pupil, "correction": made["waiting"]}

    # ---- photos
    def send(self, number: int, who: str, content: bytes) -> str:
        """Send a photo for the form of one pupil; returns its id once it is checked."""
        whose = {"campaign": CAMPAIGN, "pupil": self.pupils[number]}
        sent = self.ask(
            "POST", "upload", "/v1/photos", who, data=whose, files={"photo": ("sheet.jpg", content, "image/jpeg")}
        )["photo"]
        await_until(
            lambda: self.ask("GET", "upload", f"/v1/photos/{sent}", who)["state"] not in ("open", "checking"),
            60,
            "a photo is checked",
        )
        return str(sent)

    def decide_code_alone(self, decision: str) -> None:
        """As the county's admin; returns once upload knows it."""
        self.post("roster", f"/v1/units/{COUNTY}/code-alone", "county", {"code_alone": decision})
        await_until(lambda: self.takes_code_alone() == (decision == "on"), 60, "upload knows the county's decision")

    def takes_code_alone(self) -> bool:
        """False also before upload's view holds the pupils."""
        address = f"{self.addresses['upload']}/v1/upload-codes/check"
        answer = self._http.post(address, json={"upload_code": self.upload_codes[0]})
        return answer.is_success and bool(answer.json()["accepted"])

    def ticket(self, number: int) -> tuple[str, str]:
        """A ticket whose photo has been PUT, and its token."""
        asked = {"upload_code": self.upload_codes[number], "content_type": "image/jpeg", "size": len(JPEG)}
        made = self.post("upload", "/v1/tickets", NOBODY, asked)
        self._http.put(made["put_url"], content=JPEG, headers=made["put_headers"]).raise_for_status()
        return made["ticket"], made["token"]

    # ---- setup
    def settle(self) -> SmallCounty:
        """Tree, people, a school, two classes, a campaign, sheets, photos; next morning, a closed day and a report."""
        await_until(lambda: self._knows("roster", f"/v1/units/{COUNTY}"), 60, "the tree")
        for role in ("province", "city", "county"):
            self.issue("ministry" if role == "province" else "province", role, PATH_OF[role], role)
        for role in ("support", "auditor"):
            self.issue("ministry", role, f"/{NATION}/", role)
        self._open_school()
        self._open_campaign()
        self.decide_code_alone("on")
        self._send_photos()
        self.day, _ = self.days.today(), self.days.next_morning()
        await_until(
            lambda: self.post("stats", f"/v1/days/{self.day}/close", "ministry")["settled"], 60, "the day is settled"
        )
        self.post("stats", "/v1/reports", "county", {"campaign": CAMPAIGN, "unit": COUNTY, "day": self.day})
        return self

    def _knows(self, service: str, path: str) -> bool:
        return self._http.get(self.addresses[service] + path, headers=self.headers(service, "ministry")).is_success

    def _open_school(self) -> None:
        school = {"code": SCHOOL, "name": "长安区试用小学", "level": "school", "parent": COUNTY}
        self.post("roster", "/v1/units", "county", school)
        self.issue("county", "school", HERE, "school")
        self.activate("school")  # a download code is for somebody who works
        self.issue("school", "leader", HERE, "leader")
        self.issue("school", "teacher", f"{HERE}{CLASS}/", "teacher")
        for number in (1, 2):
            self.post(
                "roster",
                f"/v1/units/{SCHOOL}/classes",
                "school",
                {"stage": "p", "entry_year": 2024, "number": number, "name": f"三年级{number}班"},
            )
        self.roster_import = self.ask(
            "POST", "roster", f"/v1/units/{SCHOOL}/imports", "school", files={"file": ("roster.csv", roster_file())}
        )["import"]
        self.roster_trial = self.ask(
            "POST",
            "roster",
            f"/v1/units/{SCHOOL}/imports?dry_run=1",
            "school",
            files={"file": ("roster.csv", roster_file())},
        )["import"]
        items = self.ask("GET", "roster", f"/v1/classes/{CLASS}/pupils", "teacher")["items"]
        self.pupils = [item["pupil"] for item in sorted(items, key=lambda item: item["name"])]
        assert len(self.pupils) == PUPILS, items

    def _open_campaign(self) -> None:
        year, today = int(self.days.today()[:4]), self.days.today()
        window = {"opens": today, "cutoff": f"{year + 1}-03-01", "last_day": f"{year + 1}-04-01"}
        self.post(
            "roster",
            "/v1/campaigns",
            "ministry",
            {"id": CAMPAIGN, "name": "试用", **window, "population": {"stages": ["p"]}},
        )
        self.post("roster", f"/v1/campaigns/{CAMPAIGN}/open", "ministry")
        await_until(
            lambda: any(
                item["ready"]
                for item in self.ask("GET", "roster", "/v1/campaigns", "ministry")["items"]
                if item["id"] == CAMPAIGN
            ),
            60,
            "the campaign is ready",
        )
        printed = self.print(**{"class": CLASS})
        self.printed = printed["print"]
        self.sheets = sheets(self.ask("GET", "roster", printed["url"], "school"))  # in the order of names
        self.upload_codes = [sheet.upload_code for sheet in self.sheets]

    def download_code(self) -> str:
        """Of the school's registry admin, made by the leader."""
        made = self.post("identity", "/v1/download-codes", "leader", {"account": self.people["school"].account})
        return str(made["download_code"])

    def print(self, **whose: Any) -> Any:
        """A print run of the school's admin, who says yes to void sheets."""
        asked = {**whose, "download_code": self.download_code(), "confirm": True}
        return self.post("roster", f"/v1/campaigns/{CAMPAIGN}/prints", "school", asked)

    def _send_photos(self) -> None:
        self.register(self.pupils[0], "guardian")
        await_until(lambda: self._forms() == PUPILS, 60, "forms")
        for number, who in ((0, "guardian"), (3, "teacher")):
            self.photos[f"archived {number}"] = self.send(number, who, self.page_of(number))
        self.photos["waiting"] = self.send(1, "teacher", JPEG)
        self.receipts = {
            which: self.ask("GET", "upload", f"/v1/photos/{photo}", "teacher")["receipt"]
            for which, photo in self.photos.items()
        }

    def _forms(self) -> int:
        """The number of forms that upload shows for the class; 0 before its view holds the class."""
        try:
            return len(self.ask("GET", "upload", f"/v1/classes/{CLASS}/forms?campaign={CAMPAIGN}", "teacher")["items"])
        except Problem as problem:
            assert problem.status == 404, problem
            return 0

    def page_of(self, number: int, **options: Any) -> bytes:
        sheet = self.sheets[number]
        return photo(
            codes.page_one_address(self.copy.local.environment()["PORTAL_URL"], sheet.upload_code, sheet.serial),
            **options,
        )


def roster_file(numbers: Iterable[int] = range(1, PUPILS + 1)) -> bytes:
    """The roster lists the same mother for every pupil."""
    rows = [[*row(number, 姓名=name_of(number), 班级="2024级1班"), MOTHER, "母亲"] for number in numbers]
    return csv(rows, (*HEADINGS, "监护人1姓名", "监护人1关系"))
