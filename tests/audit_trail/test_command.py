"""The command that verifies audit trails: what it says of each service, and its exit status."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.service.audit_trail.command import verify_command
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from tests.audit_trail.acts import entry


class Client:
    """Another service. faults: what it finds in its own chains; None: it does not answer."""

    def __init__(self, faults):
        self.faults = faults

    def get(self, path):
        if self.faults is None:
            raise Refused("unavailable", "The service roster cannot be reached at the moment; try again.")
        return {"chains": 1, "entries": 3, "anchored": 3, "faults": self.faults}


@pytest.fixture
def service():
    chains = MemoryChains()
    for minute in range(3):
        chains.append(entry(minute))
    return SimpleNamespace(name="identity", trail=AuditTrail("identity", chains, FixedClock()))


def test_it_tells_of_every_service_and_ends_well_without_a_fault(service, capsys):
    assert verify_command(service, [], {"roster": Client([])}) == 0
    assert capsys.readouterr().out.splitlines() == [
        "identity: 3 entries in 1 chains, 0 of them compared with the security log: no gap, no change.",
        "roster: 3 entries in 1 chains, 3 of them compared with the security log: no gap, no change.",
    ]


def test_a_fault_here_or_there_is_named_and_ends_with_status_1(service, capsys):
    assert (
        verify_command(service, [], {"roster": Client(["roster, unit 110101: a gap: entries 2 to 2 are missing."])})
        == 1
    )
    assert "roster, unit 110101: a gap: entries 2 to 2 are missing." in capsys.readouterr().out
    kept = service.trail.chains._chains["2111000001"]
    kept[1] = replace(kept[1], account="somebody-else")
    assert verify_command(service, [], {"roster": Client([])}) == 1
    assert "entry 2 was changed" in capsys.readouterr().out


def test_a_service_that_does_not_answer_is_not_called_clean(service, capsys):
    assert verify_command(service, [], {"roster": Client(None)}) == 2
    assert "roster: not verified." in capsys.readouterr().out


def test_a_security_log_that_was_shipped_is_compared_with_it(service, tmp_path, capsys):
    line = '{"service":"identity","unit":"2111000001","number":4,"hash":"aa"}\n'
    (tmp_path / "2026-11-28.jsonl").write_text(line)
    assert verify_command(service, ["--log", str(tmp_path)]) == 1
    assert "the end is missing: entries 4 to 4" in capsys.readouterr().out
