"""A release that does not know what has been done since it ran does not take the copy over."""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import orjson
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from deploy.local import run
from deploy.local.settings import REPO
from deploy.upgrade import handover, known_events
from tests.frozen.test_frozen_stores import RELEASES
from tests.unit.deploy.paper import Copy

KNOWN, SINCE = ["account.opened", "form.archived"], ["account.activated", "form.held"]


@pytest.fixture
def earlier(tmp_path):
    """The folder of a release that knows two types of events."""
    code = tmp_path / "earlier" / "services" / "any" / "domain" / "rules.py"
    code.parent.mkdir(parents=True)
    code.write_text("".join(f'match "{type}"\n' for type in KNOWN))
    return tmp_path / "earlier"


@pytest.fixture
def asked(tmp_path, earlier, monkeypatch):
    """A copy that a release asks for: types of events in its stores -> (who has taken it over, what who asked sees)."""
    stack, taken = Copy(tmp_path), []
    (tmp_path / handover.SUCCESSOR).write_text(json.dumps({"folder": str(earlier), "command": ["make"]}))
    monkeypatch.setattr(run, "hand_over", lambda data, options, processes: taken.append(handover.successor(data)))

    def ask(types):
        monkeypatch.setattr(known_events, "recorded", types if callable(types) else lambda local: types)
        run._hand_over(stack, argparse.Namespace(process=None), argparse.Namespace(kafka=False, watch=False))
        log = tmp_path / handover.LOG
        return taken, log.read_text() if log.exists() else ""

    return ask


def test_given_only_what_a_release_knows_when_it_asks_then_it_takes_the_copy_over(asked, earlier):
    assert asked(KNOWN) == ([earlier], "")


def test_given_what_a_release_does_not_know_when_it_asks_then_it_is_refused_and_each_type_is_named(asked, earlier):
    taken, seen = asked(sorted(KNOWN + SINCE))
    assert taken == []
    assert f"the release in {earlier} does not know account.activated, form.held, which" in seen
    assert "docs/how-to/restore.md" in seen and seen.endswith("\nend 1\n")


def test_given_a_store_that_does_not_answer_when_a_release_asks_then_it_is_refused_for_now(asked):
    def away(local):
        raise ServerSelectionTimeoutError("nobody listens")

    taken, seen = asked(away)
    assert taken == [] and "enter it again when the store answers" in seen


def test_a_type_that_is_put_together_is_known_with_its_own_facts_alone(earlier):
    rules = 'WITHDRAWN = "withdrawn"\nNewEvent(f"proposal.{WITHDRAWN}")\n'
    (earlier / "services" / "any" / "domain" / "proposal.py").write_text(rules)
    assert known_events.not_known(earlier, ["proposal.withdrawn", "proposal.opened", "form.withdrawn"]) == [
        "proposal.opened",
        "form.withdrawn",
    ]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_every_type_that_any_release_has_recorded_is_known_to_this_one(release: Path):
    stores = orjson.loads(gzip.decompress(release.read_bytes()))
    types = {event["type"] for store in stores for event in store["events"]}
    assert len(types) > 50 and known_events.not_known(REPO, types) == []
