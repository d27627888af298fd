"""A county for tests: roster's app over HTTP, with a province, a county, two schools and a campaign."""

from __future__ import annotations

import copy
import io
import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.roster.app import make_app
from services.roster.dependencies import Dependencies
from services.roster.domain.unit import OpenUnit, unit_decider
from services.roster.identity_client import DownloadCodes, NotAsked
from services.roster.kept_files.memory import MemoryKeptFiles
from services.roster.personal_data import PersonalData
from services.roster.proofs.memory import MemoryProofs
from services.roster.roster_file.reader import FileReader
from services.roster.tables.memory import memory_tables
from services.roster.tables.rows import Tables, UnitRow
from services.roster.undo_records.memory import MemoryUndoRecords
from services.roster.use_cases.campaign_opening import Openings
from services.roster.use_cases.coverage import Counting
from shared.eventsourcing.event import Event
from shared.eventsourcing.store import Append, CommandContext, EventStore
from shared.infrastructure.clock import FixedClock
from shared.service.access_records import Views
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.app import AppContext
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from tests.support.in_place import InPlace
from tests.support.stores import memory_store
from tests.support.tokens import bearer, checker, service_auth, token_for
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

PROVINCE, CITY, COUNTY = "/000000/130000/", "/000000/130000/130100/", "/000000/130000/130100/130102/"
SCHOOL, OTHER = "2113000017", "2113000018"
HERE, THERE = f"{COUNTY}{SCHOOL}/", f"{COUNTY}{OTHER}/"
CLASS, SECOND, ELSEWHERE = f"{SCHOOL}p202401", f"{SCHOOL}p202402", f"{OTHER}p202401"
REGIONS = (
    ("000000", "全国", "nation", "", ""),
    ("130000", "河北省", "province", "000000", "nation"),
    ("130100", "石家庄市", "city", "130000", "province"),
    ("130102", "长安区", "county", "130100", "city"),
)
PORTAL = "http://portal.example"
CAMPAIGN = {
    "id": "2026a",
    "name": "2026年秋季学籍核查",
    "opens": "2026-09-01",
    "cutoff": "2026-11-30",
    "last_day": "2026-12-31",
    "population": {"stages": ["p", "j", "s", "x"]},
}
BORN = "2017-05-01"
STARTED = 1_790_000_000_000  # 2026-09-21


def personal_data(seed: int = 1) -> PersonalData:
    return PersonalData(b"p" * 32, b"c" * 32, random.Random(seed).randrange)


@dataclass
class County:
    store: EventStore
    tables: Tables
    clock: FixedClock
    chains: MemoryChains = field(default_factory=MemoryChains)
    download_codes: DownloadCodes = field(default_factory=NotAsked)
    client: FlaskClient = field(init=False)
    deps: Dependencies = field(init=False)
    _keys: int = 0

    def __post_init__(self) -> None:
        deps = Dependencies(
            self.store,
            self.tables,
            personal_data(),
            self.clock,
            PORTAL,
            Views(MemoryAccessRecords(), self.clock),
            FileReader(InPlace()),
            MemoryKeptFiles(),
            MemoryUndoRecords(),
            AuditTrail("roster", self.chains, self.clock),
            self.download_codes,
            MemoryProofs(),
        )
        self.with_deps(deps)

    def with_deps(self, deps: Dependencies) -> None:
        """Serve with these dependencies from now on."""
        self.deps = deps
        app_context = AppContext("roster", self.clock, "test", checker(self.clock), service_auth("roster", self.clock))
        self.client = make_app(app_context, self.deps).test_client()

    # ---- asking
    def key(self) -> str:
        self._keys += 1
        return f"key-{self._keys:08d}"

    def ask(
        self,
        method: str,
        path: str,
        role: str,
        paths: Sequence[str] = (),
        *,
        pupils: Sequence[str] = (),
        key: str = "",
        **options: Any,
    ) -> TestResponse:
        token = token_for(role, paths, pupils, clock=self.clock)
        return self.client.open(
            path, method=method, headers=bearer(token, key or ("" if method == "GET" else self.key())), **options
        )

    def get(self, path: str, role: str, *paths: str, pupils: Sequence[str] = ()) -> Any:
        response = self.ask("GET", path, role, paths, pupils=pupils)
        assert response.status_code == 200, response.text
        return response.json

    def post(self, path: str, body: Mapping[str, Any], role: str, *paths: str, key: str = "") -> Any:
        response = self.ask("POST", path, role, paths, key=key, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json

    def service(self, path: str, body: Mapping[str, Any] | None = None) -> TestResponse:
        headers = service_auth("identity", self.clock).headers("roster")
        return (
            self.client.post(path, json=body, headers=headers)
            if body is not None
            else self.client.get(path, headers=headers)
        )

    # ---- a county at work
    def settle(self) -> County:
        """The tree down to two schools with classes."""
        for code, name, level, parent, parent_level in REGIONS:
            decider = unit_decider(code)
            events, state = decider.run(OpenUnit(name, level, parent, parent_level, "", "2026-01-01"), decider.initial)
            self.store.append([Append(f"unit-{code}", 0, events)], CommandContext(f"tests:{code}", "tests"))
            self.tables.units.put([UnitRow(1, state)])
        for code, name in ((SCHOOL, "长安区第三中心小学"), (OTHER, "长安区育才小学")):
            self.post(
                "/v1/units", {"code": code, "name": name, "level": "school", "parent": "130102"}, "county", COUNTY
            )
        for school, numbers in ((SCHOOL, (1, 2)), (OTHER, (1,))):
            for number in numbers:
                self.post(
                    f"/v1/units/{school}/classes",
                    {"stage": "p", "entry_year": 2024, "number": number},
                    "school",
                    f"{COUNTY}{school}/",
                )
        return self

    def plan(self, id: str = "2026a") -> None:
        self.post("/v1/campaigns", {**CAMPAIGN, "id": id}, "ministry", "/000000/")

    def open_only(self, id: str = "2026a") -> Any:
        """Open a campaign as the ministry, while no worker runs."""
        return self.post(f"/v1/campaigns/{id}/open", {}, "ministry", "/000000/")

    def open(self, id: str = "2026a") -> None:
        self.plan(id)
        self.open_only(id)
        self.openings().finish(threading.Event())

    def is_ready(self, id: str = "2026a") -> bool:
        return any(item["ready"] for item in self.get("/v1/campaigns", "ministry")["items"] if item["id"] == id)

    def openings(self, seed: int = 1) -> Openings:
        return Openings(self.deps, random.Random(seed), Counting(self.deps))

    def import_(
        self,
        data: bytes,
        *,
        school: str = SCHOOL,
        key: str = "",
        query: str = "",
        name: str = "roster.csv",
        fields: Mapping[str, str] | None = None,
    ) -> TestResponse:
        return self.ask(
            "POST",
            f"/v1/units/{school}/imports{query}",
            "school",
            [f"{COUNTY}{school}/"],
            key=key,
            data={**(fields or {}), "file": (io.BytesIO(data), name)},
            content_type="multipart/form-data",
        )

    def enrol(self, *rows: Sequence[str], school: str = SCHOOL, headings: Sequence[str] = HEADINGS) -> Any:
        response = self.import_(csv(rows, headings), school=school)
        assert response.status_code == 201, response.text
        return response.json

    def pupils(self, class_: str = CLASS, role: str = "teacher") -> list[dict[str, Any]]:
        return list(
            self.get(
                f"/v1/classes/{class_}/pupils", role, f"{COUNTY}{class_[:10]}/{class_}/" if role == "teacher" else HERE
            )["items"]
        )

    def waiting(self, unit: str, role: str = "county", path: str = COUNTY) -> list[dict[str, Any]]:
        """The arrivals that wait for a unit."""
        return list(self.get(f"/v1/units/{unit}/waiting-arrivals", role, path)["items"])

    def answer(self, arrival: str, role: str, path: str, *, accept: bool = True, reason: str = "") -> Any:
        return self.post(f"/v1/arrivals/{arrival}/answers", {"accept": accept, "reason": reason}, role, path)

    def events(self, *streams: str) -> list[Event]:
        return [event for stream in streams for event in self.store.load(stream)]


def row(number: int = 1, **changed: str) -> list[str]:
    cells = dict(
        zip(
            HEADINGS,
            [pupil_number(BORN, number), name_of(number), "1", BORN, "三年级", "1班", "1", id_number(BORN, number)],
            strict=True,
        )
    )
    return list((cells | changed).values())


def name_of(number: int) -> str:
    return "王" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def county(
    store: EventStore | None = None,
    tables: Tables | None = None,
    clock: FixedClock | None = None,
    download_codes: DownloadCodes | None = None,
) -> County:
    """A settled county; without parts of its own a copy of one that has been settled once.

    download_codes: by default printing asks for none.
    """
    if store is None and tables is None and clock is None and download_codes is None:
        return copy_of(settled())
    clock = clock or FixedClock(STARTED)
    codes = download_codes or NotAsked()
    return County(store or memory_store(clock), tables or memory_tables(), clock, download_codes=codes).settle()


def campaign() -> County:
    """A settled county in whose campaign forms are printed."""
    return copy_of(opened())


@cache
def settled() -> County:
    clock = FixedClock(STARTED)
    return County(memory_store(clock), memory_tables(), clock).settle()


@cache
def opened() -> County:
    opened = copy_of(settled())
    opened.open()
    return opened


def copy_of(known: County) -> County:
    """A county with the history of this one and nothing in common: its requests take longer than most tests."""
    locks = {id(of._lock): threading.RLock() for of in (known.store, known.chains)}  # type: ignore[union-attr]
    kinds = {id(kind): kind for each in fields(known.tables) if (kind := getattr(known.tables, each.name)._kind)}
    new = County(*copy.deepcopy((known.store, known.tables, known.clock, known.chains), {**locks, **kinds}))
    new._keys = known._keys
    return new


def state_of(county: County, stream: str) -> dict[str, Any]:
    """The public state of a stream."""
    return dict(county.store.load(stream)[-1].state)


def check(county: County, code: str, born: str = BORN) -> Any:
    return county.service("/internal/registration-codes/check", {"registration_code": code, "birth_date": born})
