"""Tools of the measurements: made-up events, recorded writes, HTTP requests."""

from __future__ import annotations

from types import SimpleNamespace

from benchmarks.events import pupils_events, records
from benchmarks.load import head
from benchmarks.tape import Tape
from services.stats.projection.projector_mongo import EVENT_FILTER
from shared.eventsourcing.event import category
from shared.language import contracts


def test_the_same_events_are_made_up_in_every_run_and_statistics_can_project_them_all():
    events = pupils_events(100, 7)
    assert events == pupils_events(100, 7) and len({event.id for event in events}) == 100
    for event in events:
        contracts.PUBLIC[category(event.stream)].state().load(dict(event.state))
    assert [record.key for record in records(events, 1) if EVENT_FILTER.read(record.value)] == [
        event.stream for event in events
    ]


def test_a_tape_keeps_committed_writes_with_their_transactions_and_only_while_it_records():
    def started(name, number=0, request=0, **command):
        within = {"autocommit": False, "txnNumber": number, "lsid": {"id": b"a"}} if number else {}
        return SimpleNamespace(command_name=name, request_id=request, command={**command, **within})

    tape, alone = Tape(), started("insert", insert="events", documents=[{"_id": 1}])
    tape.started(alone)
    with tape.recording():
        tape.started(alone)
        # A commit that fails, one that succeeds, and none.
        for number, ends in ((3, tape.failed), (4, tape.succeeded), (5, None)):
            tape.started(started("update", number, update="flows", updates=[{"q": number}]))
            if ends:
                tape.started(started("commitTransaction", number, request=number))
                ends(SimpleNamespace(command_name="commitTransaction", request_id=number))
        tape.started(started("find", find="events"))
    tape.started(alone)
    assert [(write.kind, write.collection, write.transaction) for write in tape.writes] == [
        ("insert", "events", None),
        ("update", "flows", (b"a", 4)),
    ]
    assert tape.inserted() == {"events": [{"_id": 1}]}


def test_a_request_names_its_host_and_the_length_of_its_body():
    request = head("PUT", "http://127.0.0.1:9/a/b?c=d", 5, {"X-Ticket-Token": "t"}).decode()
    assert request == "PUT /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:9\r\nContent-Length: 5\r\nX-Ticket-Token: t\r\n\r\n"
