"""The parts that measurements share: made-up events, recorded writes, pictures."""
from __future__ import annotations

from types import SimpleNamespace

from benchmarks.events import pupils_events, records
from benchmarks.load import head
from benchmarks.tape import Tape
from services.stats.sink_mongo import SYLLABUS
from shared import contracts
from shared.event import category


def test_the_same_events_are_made_up_in_every_run_and_statistics_can_learn_them_all():
    events = pupils_events(100, 7)
    assert events == pupils_events(100, 7) and len({event.id for event in events}) == 100
    for event in events:
        contracts.PUBLIC[category(event.stream)].now().load(dict(event.now))
    assert [record.key for record in records(events, 1) if SYLLABUS.read(record.value)] == [event.stream for event in events]


def test_a_tape_keeps_writes_with_their_transaction_and_only_while_it_records():
    tape = Tape()
    alone = SimpleNamespace(command_name="insert", command={"insert": "events", "documents": [{"_id": 1}]})
    transaction = {"autocommit": False, "txnNumber": 3, "lsid": {"id": b"a"}}
    within = SimpleNamespace(command_name="update", command={"update": "flows", "updates": [{"q": {}}], **transaction})
    reading = SimpleNamespace(command_name="find", command={"find": "events"})
    tape.started(alone)
    with tape.recording():
        for event in (alone, within, reading):
            tape.started(event)
    tape.started(alone)
    assert [(write.kind, write.collection, write.transaction) for write in tape.writes] == [("insert", "events", None), ("update", "flows", (b"a", 3))]
    assert tape.inserted() == {"events": [{"_id": 1}]}


def test_a_request_names_its_host_and_the_length_of_its_body():
    said = head("PUT", "http://127.0.0.1:9/a/b?c=d", 5, {"X-Ticket-Token": "t"}).decode()
    assert said == "PUT /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:9\r\nContent-Length: 5\r\nX-Ticket-Token: t\r\n\r\n"
