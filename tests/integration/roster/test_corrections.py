"""Corrections in memory and on a real document store: proofs, rows, and one that goes its whole way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.roster.domain.correction import APPLIED, BUREAU, LEADER, Correction, Corrections
from services.roster.proofs.memory import MemoryProofs
from services.roster.proofs.mongo import MongoProofs
from services.roster.proofs.protocol import WHILE_IT_WAITS, Proof, Proofs
from services.roster.tables.memory import memory_tables
from services.roster.tables.mongo import mongo_tables
from services.roster.tables.rows import CorrectionsRow, Tables
from shared.infrastructure.clock import FixedClock
from tests.support.stores import mongo_store
from tests.unit.roster.correcting import PDF, decide, enter, history, record
from tests.unit.roster.county import COUNTY, HERE, OTHER, SCHOOL, county, row


@pytest.fixture(params=["memory", "mongo"])
def proofs(request: pytest.FixtureRequest) -> Proofs:
    if request.param == "memory":
        return MemoryProofs()
    kept = MongoProofs(request.getfixturevalue("mongo_db"))
    kept.ensure_indexes()
    return kept


@pytest.fixture(params=["memory", "mongo"])
def tables(request: pytest.FixtureRequest) -> Tables:
    return memory_tables() if request.param == "memory" else mongo_tables(request.getfixturevalue("mongo_db"))


def test_a_proof_is_kept_while_its_correction_waits_and_for_a_while_after_it(proofs: Proofs):
    one, other = Proof("a", WHILE_IT_WAITS, b"sealed"), Proof("b", WHILE_IT_WAITS, b"other")
    for proof in (one, other):
        proofs.keep(proof)
    assert (proofs.get("a"), proofs.get("none")) == (one, None)
    proofs.end("a", 20)
    proofs.end("none", 20)
    assert (proofs.get("a"), proofs.get("b"), proofs.get("none")) == (replace(one, until=20), other, None)
    assert [proofs.remove_due(now) for now in (19, 20, 20)] == [0, 1, 0]
    assert (proofs.get("a"), proofs.get("b")) == (None, other)


def test_corrections_are_found_by_where_they_wait_and_where_they_took_effect(tables: Tables):
    def made(pupil: str, status: str, at: int, seen_by: tuple[str, ...] = ()) -> CorrectionsRow:
        ended = at + 5 if status == APPLIED else 0
        each = Correction(f"{pupil}-{at}", SCHOOL, ("name",), "clerk", at, status, "pdf", ended=ended)
        return CorrectionsRow(1, Corrections(pupil, (each,)), seen_by, b"sealed")

    above = ("000000", "130000")
    rows = [made("a", LEADER, 1), made("b", BUREAU, 30, above), made("c", BUREAU, 20, above), made("d", APPLIED, 4)]
    tables.corrections.put(rows)
    assert [tables.corrections.get(each.id) for each in rows] == rows
    assert {each.id for each in tables.corrections.find("waits_in", [SCHOOL])} == {"a", "b", "c"}
    assert tables.corrections.find("waits_in", [OTHER]) == []
    assert [each.id for each in tables.corrections.first("seen_by", "130000", "since", 5)] == ["c", "b"]
    assert [each.id for each in tables.corrections.first("seen_by", "000000", "since", 1)] == ["c"]
    assert [each.id for each in tables.corrections.find("corrected_in", [SCHOOL])] == ["d"]
    assert (rows[3].corrected_at, rows[1].corrected_at) == (9, 0)


def test_a_correction_goes_its_whole_way_on_a_document_store(mongo_db):
    store, proofs = mongo_store(mongo_db, FixedClock(1_790_000_000_000)), MongoProofs(mongo_db)
    store.ensure_indexes(1)
    proofs.ensure_indexes()
    made = county(store, mongo_tables(mongo_db))
    made.with_deps(replace(made.deps, proofs=proofs))
    made.open()
    made.enrol(row(1))
    pupil = made.pupils()[0]["pupil"]
    id = enter(made, pupil, {"name": "王改名", "address": "新街1号"}, PDF)["waiting"]
    assert decide(made, pupil, id, "leader").json["status"] == BUREAU
    proof = made.ask("GET", f"/v1/pupils/{pupil}/corrections/{id}/proof", "county", [COUNTY])
    assert (proof.data, proof.content_type) == (PDF, "application/pdf")
    assert decide(made, pupil, id, "county").json["status"] == APPLIED
    assert (record(made, pupil)["name"], record(made, pupil)["address"]) == ("王改名", "新街1号")
    assert [item["status"] for item in history(made, pupil)] == [APPLIED, APPLIED]
    assert proofs.get(id).until < WHILE_IT_WAITS
    assert made.get(f"/v1/units/{SCHOOL}/waiting-corrections", "leader", HERE)["items"] == []
