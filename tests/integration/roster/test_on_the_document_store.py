"""Roster on a real document store: transactions, unique keys, the whole tree, and a school in a few seconds."""

from __future__ import annotations

import threading
from timeit import default_timer

import pytest

from services.roster.dependencies import Dependencies
from services.roster.domain.arrival import WAITING, Arrival
from services.roster.domain.campaign import Campaign
from services.roster.domain.enrolment import Enrolment
from services.roster.domain.tally import Change, Tally
from services.roster.domain.unit import OpenUnit, Unit, unit_decider
from services.roster.identity_client import NotAsked
from services.roster.kept_files.memory import MemoryKeptFiles
from services.roster.proofs.memory import MemoryProofs
from services.roster.roster_file.reader import FileReader
from services.roster.tables.memory import memory_tables
from services.roster.tables.mongo import mongo_tables
from services.roster.tables.rows import ArrivalRow, CampaignRow, PupilRow, TallyRow, UnitRow
from services.roster.tables.tree import Tree
from services.roster.undo_records.memory import MemoryUndoRecords
from services.roster.use_cases.regions import PER_TRANSACTION, REGIONS, load_regions
from services.roster.worker import tree_role
from shared.eventsourcing.event import NewEvent
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Conflict, Refused
from shared.service.access_records import Views
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.heartbeat import Heartbeat
from tests.support.in_place import InPlace
from tests.support.stores import memory_store, mongo_store
from tests.support.together import run_together
from tests.unit.roster.county import CLASS, HERE, SCHOOL, SECOND, County, county, personal_data, row
from tests.unit.roster.files import csv
from tests.unit.roster.test_import_plan import by_class

MAX_SECONDS = 40  # for 500 pupils on a busy machine; an idle one needs two to four


@pytest.fixture(params=["memory", "mongo"])
def tables(request):
    return memory_tables() if request.param == "memory" else mongo_tables(request.getfixturevalue("mongo_db"))


@pytest.fixture
def mongo_county(mongo_db) -> County:
    store = mongo_store(mongo_db, FixedClock(1_790_000_000_000))
    store.ensure_indexes(1)
    return county(store, mongo_tables(mongo_db))


def pupil(id: str, *keys: str, version: int = 1, class_: str = CLASS) -> PupilRow:
    return PupilRow(version, Enrolment(id, SCHOOL, class_, "in-school"), keys, f"match-{id}", b"sealed")


# ---- tables: in memory and in Mongo
def test_a_row_is_read_as_it_was_written_and_replaced_as_a_whole(tables):
    tables.pupils.put([pupil("a", "1", "2"), pupil("b", "3")])
    assert tables.pupils.get("a") == pupil("a", "1", "2")
    tables.pupils.put([pupil("a", "2", version=2, class_=SECOND)])
    assert tables.pupils.get("a") == pupil("a", "2", version=2, class_=SECOND)
    assert tables.pupils.get("c") is None


def test_rows_are_found_by_any_of_many_values_and_each_once(tables):
    tables.pupils.put([pupil(f"p{n}", f"n{n}", f"i{n}") for n in range(230)])
    assert {found.id for found in tables.pupils.find("keys", [f"n{n}" for n in range(0, 230, 2)] + ["i0", "none"])} == {
        f"p{n}" for n in range(0, 230, 2)
    }
    assert len(tables.pupils.find("class", [CLASS])) == 230
    assert len(tables.pupils.many(f"p{n}" for n in range(300))) == 230
    assert tables.pupils.find("keys", []) == tables.pupils.many([]) == []


def test_a_key_belongs_to_one_row(tables):
    tables.pupils.put([pupil("a", "1", "2")])
    with pytest.raises(Conflict):
        tables.pupils.put([pupil("b", "2")])
    assert tables.pupils.get("b") is None


def arrival(id: str, asked: str, *seen_by: str, version: int = 1) -> ArrivalRow:
    return ArrivalRow(version, Arrival(id, SCHOOL, CLASS, status=WAITING, asked=asked), seen_by, b"sealed")


def test_the_first_of_many_come_in_their_sequence_and_no_more_than_asked_for(tables):
    days = {"c": "2026-09-03", "b": "2026-09-01", "d": "2026-09-02", "a": "2026-09-02", "e": "2026-09-01"}
    tables.arrivals.put([arrival(id, day, "000000", "130000") for id, day in days.items()])
    tables.arrivals.put([arrival("f", "2026-08-01", "000000"), arrival("g", "2026-08-01")])

    def first(unit: str, limit: int) -> str:
        return "".join(row.id for row in tables.arrivals.first("seen_by", unit, "asked", limit))

    assert first("130000", 4) == "bead"
    assert (first("000000", 2), first("130000", 9), first("140000", 9)) == ("fb", "beadc", "")
    tables.arrivals.put([arrival("b", "2026-09-01", version=2)])  # answered
    assert first("130000", 2) == "ea"


def test_a_tally_is_read_as_it_was_written(tables):
    tally = TallyRow(
        1, Tally(SCHOOL, (Change(1_790_000_000_000, CLASS, 2, 0), Change(1_790_000_000_001, SECOND, 0, 1)))
    )
    tables.tallies.put([tally])
    assert (tables.tallies.get(SCHOOL), tables.tallies.get("none")) == (tally, None)


def test_open_campaigns_are_found(tables):
    shut, open_ = (
        Campaign("2026a", "x", "2026-09-01", "2026-11-30", "2026-12-31", ("p",), state) for state in (False, True)
    )
    tables.campaigns.put([CampaignRow(1, shut)])
    assert tables.campaigns.find("open", ["True"]) == []
    tables.campaigns.put([CampaignRow(2, open_)])
    assert tables.campaigns.find("open", ["True"]) == [CampaignRow(2, open_)]


# ---- transactions
def test_a_taken_key_takes_the_events_back(mongo_county):
    tables, store = mongo_county.tables, mongo_county.store
    tables.pupils.put([pupil("a", "1")])
    with pytest.raises(Conflict):
        store.append(
            [Append("registration-b", 0, [NewEvent("registration.issued", {"code": "x"})])],
            CommandContext("tests:1", "tests"),
            lambda session: tables.pupils.put([pupil("b", "1")], session),
        )
    assert store.load("registration-b") == []


def test_a_school_of_500_is_imported_in_seconds_and_again_without_a_change(mongo_county):
    mongo_county.open()
    rows = [row(n) for n in range(500)]
    began = default_timer()
    assert mongo_county.enrol(*rows)["added"] == 500
    first = default_timer() - began
    again = mongo_county.enrol(*rows)
    assert (again["unchanged"], again["added"]) == (500, 0)
    assert first < MAX_SECONDS
    assert len(mongo_county.tables.pupils.find("school", [SCHOOL])) == 500
    assert all(entry.state.expected for entry in mongo_county.tables.entries.find("print", [""]))


def test_the_same_file_twice_at_the_same_moment_makes_every_pupil_once(mongo_county):
    mongo_county.open()
    data, responses = csv([row(n) for n in range(1, 81)]), []
    threads = [threading.Thread(target=lambda: responses.append(mongo_county.import_(data).json)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(response["added"] for response in responses) == 80
    pupils = mongo_county.tables.pupils.find("class", [CLASS])
    assert len(pupils) == 80
    assert all(len(mongo_county.store.load(f"entry-2026a-{each.id}")) == 1 for each in pupils)


def test_two_small_files_at_the_same_moment_need_the_yes_of_one_large_file(mongo_county):
    mongo_county.enrol(*by_class(1), *by_class(2))
    for each in mongo_county.pupils()[:2] + mongo_county.pupils(SECOND)[:2]:
        mongo_county.post(f"/v1/pupils/{each['pupil']}/changes", {"kind": "left"}, "school", HERE)
    sent = run_together(*[lambda number=number: mongo_county.import_(csv(by_class(number))) for number in (1, 2)])
    assert sorted(response.status_code for response in sent) == [201, 409]


def test_two_workers_that_open_a_campaign_at_once_give_every_pupil_one_entry(mongo_county):
    mongo_county.enrol(*(row(n) for n in range(1, 71)))
    mongo_county.plan()
    assert not mongo_county.open_only()["ready"]
    done = run_together(*[lambda seed=seed: mongo_county.openings(seed).finish(threading.Event()) for seed in (1, 2)])
    assert set(map(tuple, done)) <= {("2026a",), ()} and ["2026a"] in done
    assert mongo_county.is_ready()
    assert all(
        len(mongo_county.store.load(f"entry-2026a-{each.id}")) == 1
        for each in mongo_county.tables.pupils.find("class", [CLASS])
    )


def test_a_move_is_one_transaction_of_enrolment_and_entry(mongo_county):
    mongo_county.open()
    mongo_county.enrol(row(1))
    id = mongo_county.pupils()[0]["pupil"]
    mongo_county.post(f"/v1/pupils/{id}/changes", {"kind": "class-moved", "class": SECOND}, "school", HERE)
    assert [event.type for event in mongo_county.events(f"enrolment-{id}", f"entry-2026a-{id}")] == [
        "enrolment.opened",
        "enrolment.class-moved",
        "entry.opened",
        "entry.changed",
    ]
    assert [each["pupil"] for each in mongo_county.pupils(SECOND)] == [id]


def test_a_class_is_printed_and_reprinted(mongo_county):
    mongo_county.open()
    mongo_county.enrol(row(1), row(2))
    for sheets in (0, 1):
        made = mongo_county.post("/v1/campaigns/2026a/prints", {"class": CLASS, "confirm": True}, "school", HERE)
        assert mongo_county.ask("GET", made["url"], "school", [HERE]).data.startswith(b"%PDF")
        assert [
            len(entry.state.void_sheets) for entry in mongo_county.tables.entries.find("print", [made["print"]])
        ] == [sheets, sheets]


# ---- the tree
def deps_on(store, tables) -> Dependencies:
    return Dependencies(
        store,
        tables,
        personal_data(),
        FixedClock(),
        "http://portal.example",
        Views(MemoryAccessRecords(), FixedClock()),
        FileReader(InPlace()),
        MemoryKeptFiles(),
        MemoryUndoRecords(),
        AuditTrail("roster", MemoryChains(), FixedClock()),
        NotAsked(),
        MemoryProofs(),
    )


@pytest.fixture
def whole_tree(mongo_db) -> Tree:
    store, tables = mongo_store(mongo_db, FixedClock()), mongo_tables(mongo_db)
    store.ensure_indexes(1)
    assert load_regions(deps_on(store, tables)) == 3213
    assert load_regions(deps_on(store, tables)) == 0
    return Tree(tables)


def test_the_whole_tree_is_loaded_once_with_all_its_shapes(whole_tree):
    provinces = whole_tree.children("000000")
    assert len(provinces) == 32  # the reporting units: 31 and the corps
    assert {"710000", "810000", "820000"}.isdisjoint(unit.code for unit in provinces)
    assert whole_tree.path("130102") == "/000000/130000/130100/130102/"
    assert whole_tree.path("110101") == "/000000/110000/110101/"  # a municipality has no cities
    assert whole_tree.children("441900") == []  # a city without counties
    assert whole_tree.path("659001") == "/000000/650000/659001/"  # a county directly below its province
    assert whole_tree.unit("660000").name == "新疆生产建设兵团"
    with pytest.raises(Refused):
        whole_tree.path("999999")


def test_a_loading_that_died_half_way_is_finished_by_the_next(tmp_path):
    store, tables, half = memory_store(FixedClock()), memory_tables(), tmp_path / "half.csv"
    half.write_text("".join(REGIONS.read_text().splitlines(keepends=True)[:1500]))
    assert load_regions(deps_on(store, tables), half) == 1499 + 2
    assert load_regions(deps_on(store, tables)) == 3213 - 1501
    assert Tree(tables).path("659001") == "/000000/650000/659001/"
    assert len(store.load("unit-130102")) == 1


def test_a_loading_beats_before_every_transaction_and_ends_there_when_it_is_told_to():
    store, tables, looks = memory_store(FixedClock()), memory_tables(), []
    signal = threading.Event()

    def now() -> float:
        looks.append(len(tables.units.find("level", ["nation", "province", "city", "county"])))
        if len(looks) == 3:  # one at its beginning, two looks
            signal.set()
        return 0.0

    tree_role(deps_on(store, tables))(Heartbeat("tree", signal, now))
    assert looks == [0, 0, PER_TRANSACTION]
    assert load_regions(deps_on(store, tables)) == 3213 - PER_TRANSACTION


def test_a_region_opened_by_hand_is_left_unchanged():
    store, tables = memory_store(FixedClock()), memory_tables()
    events, state = unit_decider("130102").run(
        OpenUnit("旧名", "county", "130100", "city", "", "2026-01-01"), Unit("130102")
    )
    # Its row is written while the tree is being loaded.
    store.append([Append("unit-130102", 0, events)], CommandContext("tests:1", "tests"))
    load_regions(deps_on(store, tables))
    assert tables.units.get("130102") is None and len(tables.units.find("level", ["county"])) == 2846
    tables.units.put([UnitRow(1, state)])
    assert load_regions(deps_on(store, tables)) == 0


def test_a_pilot_opens_every_province_and_the_regions_of_its_own_and_the_whole_country_later(mongo_db):
    store, tables = mongo_store(mongo_db, FixedClock()), mongo_tables(mongo_db)
    store.ensure_indexes(1)
    assert load_regions(deps_on(store, tables), provinces={"11", "63"}) == 1 + 32 + 16 + 8 + 44
    assert {row.id[:2] for level in ("city", "county") for row in tables.units.find("level", [level])} == {"11", "63"}
    assert load_regions(deps_on(store, tables)) == 3213 - 101
