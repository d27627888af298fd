"""Roster import: files of 2,000 pupils with all checks, events and sealed rows, against insert_many of the documents.

The repetitions share one store that grows, as in a county's first week. On the last of the installed stores, the
fastest one, all files of a run together are 100,000 rows; on another one a tenth of them, enough for its ratio.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import count

from benchmarks.engines import SECOND_STORE, Bench, document_store, stores
from benchmarks.harness import Figure, Measurement, stopwatch
from benchmarks.tape import DOCUMENTS, Tape, copy_indexes, recorded_client
from services.roster.domain.school_class import OpenClass, SchoolClass, class_decider
from services.roster.tables.mongo import mongo_tables
from services.roster.tables.rows import ClassRow
from services.roster.use_cases.importing.roster_import import Sent, run_import
from shared.eventsourcing.commands import UnitOfWork
from shared.eventsourcing.store import CommandContext
from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure.chunks import chunks
from shared.infrastructure.mongo import Client, majority
from shared.language import contracts
from shared.language.class_names import class_id, default_name
from tests.unit.roster.county import COUNTY, County, county
from tests.unit.roster.files import HEADINGS, csv
from tests.unit.roster.numbers import id_number, pupil_number

ROWS, FILES, REPETITIONS = 2000, 10, 5  # of a file; files in a repetition
A_TENTH = 10  # of a repetition's documents are inserted by the bound: enough to know its rate, and minutes less
PER_CLASS, OURS, RAW = 50, "ours", "raw"
FAMILY_NAMES, GIVEN_NAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰",
)


def measurements(bench: Bench) -> Iterator[Measurement]:
    installed = stores()
    for number, (name, second) in enumerate(installed.items(), 1):
        with document_store(bench, second) as plain:
            yield on_store(plain, name, bench.size(FILES) if number == len(installed) else 1, bench.size(ROWS, 100))
    if not SECOND_STORE.exists():
        bench.left_out.append("A second document store is not installed, so imports were measured on one.")


def on_store(plain: Client, name: str, files: int, rows: int) -> Measurement:
    tape = Tape()
    client = recorded_client(plain, tape)
    clock = county().clock
    store = MongoStore(client[OURS], clock, is_public=contracts.is_public, validate=contracts.validate)
    store.ensure_indexes(1)
    at_work = county(store, mongo_tables(client[OURS]))
    at_work.open()
    schools = count()

    def ours(number: int) -> Mapping[str, float]:
        some = [school_file(at_work, next(schools), rows) for _ in range(files if number else 1)]
        with tape.recording(), stopwatch() as watch:
            for school, data in some:
                report = run_import(
                    at_work.deps, CommandContext(f"benchmark:{school}", "benchmark"), school, Sent(data)
                )
                assert (report["added"], report["errors_total"]) == (rows, 0), report["errors"][:3]
        return {"imported": rows * len(some) / watch.seconds}

    def theirs(number: int) -> Mapping[str, float]:
        if not number:
            copy_indexes(plain, OURS, RAW)
        return {"imported": rows * (files if number else 1) / A_TENTH / insert_a_tenth(plain, tape)}

    return Measurement(
        f"import-{name}",
        f"Roster import in {name}, {files * REPETITIONS * rows:,} rows",
        f"roster_import.run_import of files of {rows:,} rows, {files} in each repetition: "
        "parse, check, decide, seal, record",
        "insert_many of a tenth of the same documents, 1,000 at a time",
        (Figure("imported", "rows/s"),),
        ours,
        theirs,
        repetitions=REPETITIONS,
        budget=300,
    )


def insert_a_tenth(client: Client, tape: Tape) -> float:
    """Seconds that the bare driver takes for a tenth of the documents inserted into each collection."""
    some = {collection: documents[: -(-len(documents) // A_TENTH)] for collection, documents in tape.inserted().items()}
    batches = [(collection, batch) for collection, documents in some.items() for batch in chunks(documents, DOCUMENTS)]
    with stopwatch() as watch:
        for collection, documents in batches:
            majority(client[RAW])[collection].insert_many(documents)
    return watch.seconds


def school_file(at_work: County, number: int, rows: int) -> tuple[str, bytes]:
    """Opens a school with its classes. Returns its code and its file; the school's number is the seed of its pupils."""
    school, rnd = f"2113{number + 1000:06d}", random.Random(number)
    at_work.post(
        "/v1/units",
        {"code": school, "name": f"长安区第{number}小学", "level": "school", "parent": "130102"},
        "county",
        COUNTY,
    )
    open_classes(at_work, school, -(-rows // PER_CLASS))
    lines = []
    for row in range(rows):
        born, serial = f"2017-{row % 12 + 1:02d}-{number % 28 + 1:02d}", row // 12
        sex = str(rnd.choice((1, 2)))
        name = rnd.choice(FAMILY_NAMES) + "".join(rnd.choices(GIVEN_NAMES, k=2))
        region = f"{130100 + number // 28 + 2}"
        lines.append(
            (
                pupil_number(born, serial, region, sex=sex),
                name,
                sex,
                born,
                "三年级",
                f"{row // PER_CLASS + 1}班",
                "1",
                id_number(born, serial, region, sex=sex),
            )
        )
    return school, csv(lines, HEADINGS)


def open_classes(at_work: County, school: str, how_many: int) -> None:
    """All in one transaction: the API opens them one by one, which could take longer than the measurement itself."""
    work = UnitOfWork(at_work.store, CommandContext(f"benchmark:classes:{school}", "benchmark"))
    for number in range(1, how_many + 1):
        id = class_id(school, "p", 2024, number)
        command = OpenClass(school, "p", 2024, number, default_name("p", 2024, number))
        version, state = work.decide(class_decider(id), f"class-{id}", 0, SchoolClass(id), command)
        work.put(at_work.tables.classes, ClassRow(version, state))
    work.record()
