"""Identity with all dependencies injected: memory, a fixed clock, a fake roster. No network."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from zxcvbn import zxcvbn

from services.identity.app import build
from services.identity.credentials import password_policy
from services.identity.credentials.challenges import Challenges
from services.identity.credentials.devices import DeviceTokens
from services.identity.credentials.download_codes import DownloadCodeMaker
from services.identity.credentials.passwords import Hasher
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.dependencies import Dependencies
from services.identity.personal_data import PersonalData
from services.identity.repositories.protocol import Records
from services.identity.roster_client import Child, Division, School
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.consent import CONSENT_VERSION
from shared.language.path import ROOT
from shared.service.access_records import Views
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.app import AppContext
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.authentication_methods import ONE_TIME_CODE, PASSWORD
from tests.support.tokens import bearer, checker, service_auth

KEY = bytes(range(32))
# The estimator takes longer than most requests, and nearly everybody here has one of a few passwords.
estimate = cache(lambda password, known: zxcvbn(password, user_inputs=list(known)))
password_policy.zxcvbn = lambda password, user_inputs: estimate(password, tuple(user_inputs))
COUNTY, SCHOOL = "/000000/110000/110101/", "/000000/110000/110101/2111000001/"
CLASS, CLASS_2, OTHER_CLASS = (
    f"{SCHOOL}2111000001p202301/",
    f"{SCHOOL}2111000001p202302/",
    "/000000/110000/110102/2111000002/2111000002p202301/",
)
PUPIL, SISTER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"
BORN = "2016-05-04"
MUM = "王小明妈妈"  # listed by the roster as the mother of every child
STEADY = "steady horses 42"  # a good password that occurs nowhere else here


def code(n: int, kind: str = codes.REGISTRATION) -> str:
    """The n-th code of the tests, with valid check characters."""
    return codes.make(lambda below: (n * 7 + 3) % below, kind=kind)


@dataclass
class FakeRoster:
    """children: by code and birth date. class_paths: by pupil. guardians: the (pupil, name, relation) that it lists.

    renewed: command -> pupil. ended: codes of ended campaigns.
    """

    children: dict[tuple[str, str], Child] = field(default_factory=dict)
    class_paths: dict[str, str] = field(default_factory=dict)
    guardians: set[tuple[str, str, str]] = field(default_factory=set)
    spent: list[str] = field(default_factory=list)
    renewed: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    tree: list[Division] = field(default_factory=list)
    schools: dict[str, School] = field(default_factory=dict)
    asked: int = 0
    is_unavailable: bool = False

    def enrol(self, pupil: str, registration_code: str, path: str, born: str = BORN) -> None:
        self.children[registration_code, born] = Child(pupil, "王*", "第一小学", "三年级1班")
        self.class_paths[pupil] = path
        self.guardians.add((pupil, MUM, "mother"))

    def _ask(self) -> None:
        self.asked += 1
        if self.is_unavailable:
            raise Refused("unavailable", "The service roster cannot be reached at this moment; try again.")

    def child(self, registration_code: str, birth_date: str) -> Child | None:
        self._ask()
        if registration_code in self.ended:
            raise Refused("code-ended", "This code has ended with its campaign.", kind="gone")
        return self.children.get((registration_code, birth_date))

    def renew_code(self, pupil: str, command: str) -> str:
        """A code per command; the pupil's earlier ones find nobody."""
        self._ask()
        new = code(500 + len(self.renewed))
        if command in self.renewed:
            return code(500 + list(self.renewed).index(command))
        self.renewed[command] = pupil
        old = [key for key, child in self.children.items() if child.pupil == pupil]
        self.children[new, old[0][1]] = self.children[old[0]]
        for key in old:
            del self.children[key]
        return new

    def spend(self, pupil: str) -> None:
        self._ask()
        self.spent.append(pupil)

    def lists_guardian(self, pupil: str, name: str, relation: str) -> bool:
        self._ask()
        return (pupil, name, relation) in self.guardians

    def was_born(self, pupil: str, birth_date: str) -> bool:
        self._ask()
        return any(child.pupil == pupil and born == birth_date for (_, born), child in self.children.items())

    def class_path(self, pupil: str) -> str:
        self._ask()
        if pupil not in self.class_paths:
            raise Refused("not-found", "There is no such pupil.")
        return self.class_paths[pupil]

    def school(self, code: str) -> School | None:
        self._ask()
        return self.schools.get(code)

    def unit_names(self, codes: Sequence[str]) -> Mapping[str, str]:
        self._ask()
        return {code: self.names[code] for code in codes if code in self.names}

    def units(self, codes: Sequence[str]) -> Mapping[str, Division]:
        self._ask()
        return {unit.code: unit for unit in self.tree if unit.code in codes}

    def open_county(self, code: str, name: str, parent: str, command: str) -> Division:
        """The county that is there or is made; refused where another unit has the code."""
        self._ask()
        above = next(unit for unit in self.tree if unit.code == parent)
        county = Division(code, name, "county", f"{above.path}{code}/")
        found = next((unit for unit in self.tree if unit.code == code), county)
        if found.path != county.path:
            raise Refused("unit-exists", "There is a unit with this code.", kind="conflict", where="code")
        self.tree += [found] if found not in self.tree else []
        return found

    def divisions(self, code: str) -> list[Division]:
        self._ask()
        found = [unit for unit in self.tree if code in unit.path.split("/")]
        if not found:
            raise Refused("not-found", "There is no unit with this code.")
        return found

    def pupils(self, path: str) -> list[str]:
        self._ask()
        return sorted(pupil for pupil, found in self.class_paths.items() if found == path)


@dataclass
class FakeUpload:
    """withdrawn: (pupil, upload code) by command. holds: (pupil, account) by command. on_hold: a pupil per photo."""

    withdrawn: dict[str, tuple[str, str]] = field(default_factory=dict)
    holds: dict[str, tuple[str, str]] = field(default_factory=dict)
    on_hold: list[str] = field(default_factory=list)
    is_unavailable: bool = False

    def held(self, pupil: str) -> int:
        return self.on_hold.count(pupil)

    def hold(self, pupil: str, account: str, command: str) -> int:
        """One photo for the first command about an account, none for later ones."""
        if self.is_unavailable:
            raise Refused("unavailable", "The service upload cannot be reached at this moment; try again.")
        earlier = [id for id, what in self.holds.items() if what == (pupil, account)]
        self.holds[command] = (pupil, account)
        return int(earlier in ([], [command]) or earlier[:1] == [command])

    def withdraw(self, pupil: str, command: str, upload_code: str = "") -> int:
        if self.is_unavailable:
            raise Refused("unavailable", "The service upload cannot be reached at this moment; try again.")
        self.withdrawn[command] = (pupil, upload_code)
        return 1


class World:
    """One identity service, and people who call it over HTTP."""

    def __init__(
        self, store: EventStore, records: Records, clock: FixedClock, second_factor_roles: frozenset[str] = frozenset()
    ) -> None:
        """second_factor_roles: that cannot do anything without one; none by default, so that people just sign in."""
        self.store, self.records, self.clock = store, records, clock
        self.roster, self.upload = FakeRoster(), FakeUpload()
        self.deps = Dependencies(
            store,
            records,
            clock,
            PersonalData(KEY),
            Hasher(memory_kib=8, passes=1, at_once=8),
            Issuer(KEY, clock),
            RefreshTokens(KEY),
            self.roster,
            self.upload,
            KEY,
            "https://dianming.example.cn",
            Views(MemoryAccessRecords(), clock),
            DeviceTokens(KEY, clock),
            AuditTrail("identity", MemoryChains(), clock),
            Challenges(KEY, clock),
            DownloadCodeMaker(KEY[::-1]),
            second_factor_roles=second_factor_roles,
        )
        self.app = build(
            self.deps,
            AppContext(
                "identity",
                clock,
                "abc123",
                checker(clock),
                service_auth("identity", clock),
                second_factor_roles=second_factor_roles,
            ),
        )
        self._keys = itertools.count(1)
        self.roster.enrol(PUPIL, code(1), CLASS)
        self.roster.enrol(SISTER, code(2), CLASS_2)

    def unique(self) -> int:
        """A number that no request had before."""
        return next(self._keys)

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, method: str, path: str, body: object = None, token: str = "", key: str | None = None) -> TestResponse:
        """Send a request; a command gets a fresh Idempotency-Key unless one is given."""
        headers = bearer(token) if token else {}
        if method != "GET":
            headers["Idempotency-Key"] = key or f"key-{self.unique():06}"
        return self.http.open(path, method=method, json=body, headers=headers)

    def sign_in(self, login: str, password: str, device: str = "", source: str = "127.0.0.1") -> TestResponse:
        asked = {"login": login, "password": password, **({"device_token": device} if device else {})}
        return self.http.post("/v1/sessions", json=asked, environ_base={"REMOTE_ADDR": source})

    def token(
        self,
        role: str,
        *paths: str,
        pupils: tuple[str, ...] = (),
        account: str = "00000000-0000-7000-8000-000000000000",
    ) -> str:
        """A token of identity for an account that need not exist, where role and scope alone are checked."""
        now, methods = self.clock.now(), (PASSWORD, ONE_TIME_CODE)
        return self.deps.issuer.access(account, role, paths or (ROOT,), pupils, "no-session", now, 0, (), methods)

    def issue(
        self, role: str, path: str, login: str, by: str, name: str = "李老师", key: str | None = None
    ) -> TestResponse:
        return self.ask(
            "POST", "/v1/accounts", {"role": role, "path": path, "login": login, "display_name": name}, by, key
        )

    def staff(self, role: str, path: str, login: str, by: tuple[str, str], password: str = STEADY) -> tuple[str, str]:
        """Issue an account, which its owner activates: (id, password)."""
        response = self.issue(role, path, login, self.token(*by))
        assert response.status_code == 201, response.json
        assert self.activate(login, response.json["activation_code"], password).status_code == 200
        return response.json["id"], password

    def activate(
        self, login: str, code: str, new: str = STEADY, key: str | None = None, display_name: str = ""
    ) -> TestResponse:
        body = {"login": login, "activation_code": code, "new": new, "display_name": display_name}
        return self.ask("POST", "/v1/activation-codes/use", body, key=key)

    def reset(self, account: str, *by: str, key: str | None = None) -> TestResponse:
        """Reset an account by (role, path)."""
        return self.ask("POST", f"/v1/accounts/{account}/password-reset", token=self.token(*by), key=key)

    def use_code(
        self, login: str, reset_code: str, born: str = "", new: str = "fifty quiet rivers", key: str | None = None
    ) -> TestResponse:
        body = {"login": login, "reset_code": reset_code, "birth_date": born, "new": new}
        return self.ask("POST", "/v1/reset-codes/use", body, key=key)

    def settle_in(self, login: str, activation_code: str, password: str = STEADY) -> dict[str, object]:
        """Activate an account and return the response to a sign-in with its password."""
        assert self.activate(login, activation_code, password).status_code == 200
        tokens: dict[str, object] = self.sign_in(login, password).json
        return tokens

    def register(
        self,
        login: str = "mum-2016",
        *,
        registration_code: str = "",
        born: str = BORN,
        password: str = STEADY,
        key: str | None = None,
        **fields: str,
    ) -> TestResponse:
        body = {
            "registration_code": registration_code or code(1),
            "birth_date": born,
            "login": login,
            "password": password,
            "display_name": MUM,
            "relation": "mother",
            "consent": CONSENT_VERSION,
            **fields,
        }
        return self.ask("POST", "/v1/registrations", body, key=key)


def problem(response: TestResponse, status: int, code: str) -> dict[str, object]:
    """The problem document of a refusal, asserted to have this status and code."""
    assert (response.status_code, response.content_type) == (status, "application/problem+json"), response.data[:500]
    assert response.json["title"] == code, response.json
    return response.json


def pupils_of(world: World, login: str) -> list[str]:
    """The pupils to whom this guardian is bound, by a fresh sign-in with STEADY."""
    pupils: list[str] = world.sign_in(login, STEADY).json["account"]["pupils"]
    return pupils


def binding_events(world: World, pupil: str = PUPIL) -> list[tuple[str, list[str], list[str]]]:
    """(type, guardians, waiting) of every event of the pupil's binding."""
    events = world.store.load(f"binding-{pupil}")
    return [(event.type, event.state["guardians"], event.state["waiting"]) for event in events]
