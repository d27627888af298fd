"""Frequency of audits by the audit role of statistics' worker."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from services.stats import worker


class Stop(threading.Event):
    """Records the waits for it, and is set at the third."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if len(self.waits) == 3:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(("setting", "soon"), [(60, worker.UNAVAILABLE_WAIT), (2, 2)])
def test_an_audit_that_could_not_be_made_is_tried_again_soon(monkeypatch, setting, soon):
    made, stop = iter([False, True, False]), Stop()
    monkeypatch.setattr(worker, "resources_of", lambda service: None)
    monkeypatch.setattr(worker, "ActiveDependencies", lambda resources: None)
    monkeypatch.setattr(worker, "show_drift", lambda deps: next(made))
    worker.auditor(SimpleNamespace(settings=SimpleNamespace(audit_seconds=setting)))(stop)
    assert stop.waits == [soon, setting, soon]
