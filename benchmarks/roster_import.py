"""Roster import: files of 2,000 pupils with all checks, events and sealed rows, against insert_many of the same documents.

The repetitions share one store that grows, as in a county's first week; all files of a run together are 100,000 rows.
"""
from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from benchmarks.engines import Bench, document_store
from benchmarks.harness import Figure, Measurement, stopwatch
from benchmarks.tape import DOCUMENTS, Tape, copy_indexes, overheard
from services.roster.imports import run_import
from services.roster.tables_mongo import mongo_tables
from shared.mongo import Client, majority
from shared.store import Command
from shared.store_mongo import MongoStore
from tests.unit.roster.county import COUNTY, County, county
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

ROWS, FILES = 2000, 10   # of a file; files in a repetition
A_FIFTH = 5              # of a repetition's documents are inserted by the bound: enough to know its rate, and minutes less
PER_CLASS, OURS, RAW = 50, "ours", "raw"
FAMILY_NAMES, GIVEN_NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"


def measurements(bench: Bench) -> Iterator[Measurement]:
    rows, files = bench.size(ROWS, 100), bench.size(FILES)
    with document_store(bench) as plain:
        tape = Tape()
        client = overheard(plain, tape)
        clock = county().clock
        store = MongoStore(client[OURS], clock)
        store.ensure_indexes(1)
        at_work = county(store, mongo_tables(client[OURS]))
        at_work.open()

        def ours(number: int) -> Mapping[str, float]:
            some = [school_file(at_work, number * files + n, rows) for n in range(1 if not number else files)]
            with tape.recording(), stopwatch() as watch:
                for school, data in some:
                    report = run_import(at_work.roster, school, data, Command(f"benchmark:{school}", "benchmark"), dry_run=False)
                    assert (report["added"], report["errors_total"]) == (rows, 0), report["errors"][:3]
            return {"imported": rows * len(some) / watch.seconds}

        def theirs(number: int) -> Mapping[str, float]:
            if not number:
                copy_indexes(plain, OURS, RAW)
            return {"imported": rows * (1 if not number else files) / A_FIFTH / insert_a_fifth(plain, tape)}

        yield Measurement("import", f"Roster import, files of {rows:,} rows",
                          f"imports.run_import of {files} files in each repetition: parse, check, decide, seal, record",
                          "insert_many of a fifth of the same documents, 1,000 at a time", (Figure("imported", "rows/s"),), ours, theirs, budget=300)


def insert_a_fifth(client: Client, tape: Tape) -> float:
    """How many seconds the bare driver takes for a fifth of what was inserted into each collection."""
    with stopwatch() as watch:
        for collection, documents in tape.inserted().items():
            some = documents[:-(-len(documents) // A_FIFTH)]
            for start in range(0, len(some), DOCUMENTS):
                majority(client[RAW])[collection].insert_many(some[start:start + DOCUMENTS])
    return watch.seconds


def school_file(at_work: County, number: int, rows: int) -> tuple[str, bytes]:
    """A school with its classes, and its file: the pupils are made up from the school's number."""
    school, rnd = f"2113{number + 1000:06d}", random.Random(number)
    at_work.post("/v1/units", {"code": school, "name": f"长安区第{number}小学", "level": "school", "parent": "130102"}, "county", COUNTY)
    classes = -(-rows // PER_CLASS)
    for each in range(1, classes + 1):
        at_work.post(f"/v1/units/{school}/classes", {"stage": "p", "entry_year": 2024, "number": each}, "school", f"{COUNTY}{school}/")
    lines = []
    for row in range(rows):
        born, serial = f"2017-{row % 12 + 1:02d}-{number % 28 + 1:02d}", row // 12
        sex = str(rnd.choice((1, 2)))
        name = rnd.choice(FAMILY_NAMES) + "".join(rnd.choices(GIVEN_NAMES, k=2))
        region = f"{130100 + number // 28 + 2}"
        lines.append((pupil_number(born, serial, region, sex=sex), name, sex, born, "三年级", f"{row // PER_CLASS + 1}班", "1",
                      id_number(born, serial, region, sex=sex)))
    return school, csv(lines, HEADINGS)
