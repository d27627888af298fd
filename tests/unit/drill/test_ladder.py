"""The drill's ladder of accounts, played against identity in memory: half of all responses get lost."""

import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace

import httpx
import pytest

from drill import account_files, applying, auditing
from drill.clients import Line, Problem
from drill.days import Days
from drill.family import Family
from drill.issuing import give_teachers, issue
from drill.ledger import Ledger
from drill.scripts import NOTHING
from drill.second_factor import Careful, open_auditor, prove_again
from drill.standing_in import Absence
from drill.world import World
from services.identity.account_table.reader import TableReader
from services.identity.repositories.memory import memory_records
from services.identity.roster_client import Division
from services.identity.use_cases.staff import account_file_work, application_clock, first_account
from shared.eventsourcing.store_memory import MemoryStore
from shared.infrastructure.clock import ShiftedClock
from shared.infrastructure.errors import Refused
from shared.language import contracts
from shared.language.permissions import CORRECT_PUPILS
from shared.service.auth import TokenChecker
from shared.service.key_set import KeySet
from tests.support.in_place import InPlace
from tests.unit.drill.test_people import region
from tests.unit.identity import world as identity_world


class Roster(httpx.BaseTransport):
    """The tree, a pupil of every class, and corrections as far as the caller's token allows them."""

    def __init__(self, identity, clock):
        self.tree, self.caller = identity.roster.tree, TokenChecker(KeySet(identity.deps.issuer.jwks, clock), clock)
        self.corrected = []

    def handle_request(self, request):
        code, what = request.url.path.split("/")[3:]
        if what == "children":
            below = [unit for unit in self.tree if unit.path.endswith(f"/{code}/{unit.code}/")]
            return self._respond({"items": [vars_of(unit) for unit in below]})
        if what == "pupils":
            return self._respond({"items": [{"pupil": pupil(code), "name": "王小明"}]})
        try:
            caller = self.caller(request.headers["Authorization"].partition(" ")[2])
        except Refused as refused:
            return self._respond({"title": refused.code}, refused.status)
        if not any(code == pupil(path.split("/")[-2]) for path in caller.scope_of(CORRECT_PUPILS).paths):
            return self._respond({"title": "outside-scope"}, 403)
        self.corrected.append((code, json.loads(request.content)["kind"]))
        return self._respond({})

    def _respond(self, document, status=200):
        return httpx.Response(status, json=document)


def vars_of(unit):
    return {"code": unit.code, "name": unit.name, "level": unit.level, "path": unit.path}


def pupil(class_):
    return f"pupil of {class_}"


@pytest.fixture
def days(tmp_path, monkeypatch):
    """Waiting for the next code of a telephone moves the clock instead."""
    days = Days(tmp_path / "clock")
    days.next_morning()

    def wait(seconds):
        days.file.write_text(f"{float(days.file.read_text()) + seconds:.3f}\n")

    monkeypatch.setattr("drill.second_factor.time", SimpleNamespace(sleep=wait))  # no other thread's sleep
    return days


@pytest.fixture
def identity(days, tmp_path):
    clock = ShiftedClock(days.file)
    store = MemoryStore(clock, is_public=contracts.is_public, validate=contracts.validate)
    identity = identity_world.World(store, memory_records(clock), clock)
    tree = region()
    identity.roster.tree = [
        Division(unit.code, unit.name, unit.level, unit.path)
        for unit in (*tree.chain, tree.county, tree.other_above[-1], tree.other)
    ]
    identity.roster.names = {unit.code: unit.name for unit in identity.roster.tree}
    first_account.ensure(identity.deps, "ministry", identity_world.STEADY, tmp_path / "first-account.txt")
    return identity


@pytest.fixture
def world(days, identity):
    line = Line({"identity": "http://identity", "roster": "http://roster"}, lost=0.5)
    transports = {
        "http://identity": httpx.WSGITransport(app=identity.app),
        "http://roster": Roster(identity, identity.clock),
    }
    line._http = httpx.Client(mounts=transports)
    ledger = Ledger("pjs", cutoff="2099-11-25", last_day="2099-11-27")
    world = World(7, "run", line, days, region(), ledger, "drun", None)
    world.ministry = world.person("ministry", "ministry", identity_world.STEADY)
    world.ministry.account = world.ministry.sign_in()["account"]["id"]
    world.ministry.change_password("seven quiet rivers")
    above = world.ministry
    for unit in (*world.region.chain[1:], world.region.county):
        above = world.bureaus[unit.code] = issue(world, above, unit.level, unit.path, unit.code, f"{unit.name}管理员")
    yield world
    assert world.differences + line.differences == []


def test_an_auditor_has_a_second_factor_and_reads_what_the_ledger_knows(world, identity):
    auditor = open_auditor(world)
    world.days.next_morning()
    assert auditing.compare(world, auditor) == world.ledger.acts.total() - 2, "all but the ministry's own"
    assert (auditor.used, len(auditor.recovery_codes)) == (1, 9)
    world.ledger.did("account-issued", world.bureaus[world.region.province.code].account)
    auditing.compare(world, auditor)
    [difference] = world.differences
    assert "account-issued" in difference
    world.differences.clear()


def test_a_code_whose_moment_ends_on_its_way_is_followed_by_the_next(world, monkeypatch):
    code, late = Careful.code, ["000000"]
    monkeypatch.setattr(Careful, "code", lambda person: late.pop() if late else code(person))
    assert len(open_auditor(world).recovery_codes) == 10 and not late


def test_a_sign_in_goes_on_after_a_code_whose_response_was_lost(world):
    auditor = open_auditor(world)
    world.days.next_morning()
    auditor.device, spent = replace(auditor.device), auditor.device
    auditor.sign_in()
    auditor.device = spent  # the telephone shows the same code once more: it was given before the process died
    auditor.sign_in()
    prove_again(world, auditor)


def test_a_missing_county_is_granted_and_another_one_climbs_and_is_refused(world, identity):
    county = applying.get_county_granted(world)
    assert world.ledger.nodes[county.code].parent == world.region.above.code
    answer = applying.apply_in_vain(world)
    world.days.next_morning(days=8)
    application_clock.tick(identity.deps)
    world.bureaus[world.region.province.code].renew()
    applying.refuse_what_has_climbed(world, answer)


def test_a_school_opens_its_class_teachers_from_a_spreadsheet(world, identity, monkeypatch):
    school, reader = world.region.schools[0], TableReader(InPlace())
    identity.roster.tree.append(Division(school.code, school.name, "school", school.path))
    bureau = world.bureaus[world.region.county.code]
    admin = issue(world, bureau, "school", school.path, school.code, "学籍管理员")

    def await_worker(is_so, what):
        account_file_work.tick(identity.deps, reader, threading.Event())
        assert is_so(), what

    monkeypatch.setattr(account_files, "await_until", await_worker)
    give_teachers(world, admin, school)
    assert set(world.teachers) == {klass.id for klass in school.classes}
    assert world.ledger.acts["account-issued", admin.account] == 1
    assert world.ledger.acts["sheets", admin.account] == 3, "a print, its PDF and its ZIP"


def test_a_colleague_stands_in_for_a_day_and_a_successor_follows(world):
    school = next(school for school in world.region.schools if school.is_late)
    bureau = world.bureaus[world.region.county.code]
    admin = world.schools[school.code] = issue(world, bureau, "school", school.path, school.code, "学籍管理员")
    for klass in school.classes:
        path = f"{school.path}{klass.id}/"
        world.teachers[klass.id] = issue(world, admin, "teacher", path, klass.id, "班主任")
    world.region.schools[:] = [school]
    families = [Family(world, klass.pupils[0], pupil(klass.id), NOTHING, Random(1)) for klass in school.classes]
    for family, klass in zip(families, school.classes, strict=True):
        world.ledger.enrol(family.id, klass.id)
    absence, old = Absence(world, families), world.teachers[school.classes[1].id]
    absence.grant()
    world.days.next_morning()
    absence.stand_in()
    assert world.ledger.pupils[families[1].id].business
    world.days.next_morning()
    absence.hand_over()
    new = world.teachers[school.classes[1].id]
    assert world.ledger.handed_over == {old.account: new.account}
    with pytest.raises(Problem, match="account-closed"):
        old.sign_in()
    assert date.fromisoformat(world.days.passed[-1]) - date.fromisoformat(world.days.passed[0]) == timedelta(days=2)
