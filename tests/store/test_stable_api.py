"""Only commands of MongoDB's Stable API are sent to the document store.

Every test watches its own commands and those of the processes that it starts; these tests prove that it notices.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.local.settings import REPO
from tests.support.stable_api import BY_AN_OPERATOR, Violations, undocumented


@pytest.mark.parametrize(
    ("name", "command", "said"),
    [
        ("dbStats", {"dbStats": 1}, "dbStats is not a command of the Stable API"),
        ("distinct", {"distinct": "events", "key": "slot"}, "distinct is not a command of the Stable API"),
        ("find", {"find": "events", "tailable": True}, "find has no field tailable"),
        ("find", {"find": "events", "filter": {"a": {"$where": "1"}}}, "find uses the operator $where"),
        (
            "aggregate",
            {"aggregate": "events", "pipeline": [{"$indexStats": {}}], "cursor": {}},
            "aggregate uses the operator $indexStats",
        ),
        (
            "update",
            {"update": "events", "updates": [{"q": {}, "u": [{"$set": {"a": {"$function": {}}}}]}]},
            "update uses the operator $function",
        ),
        (
            "createIndexes",
            {"createIndexes": "events", "indexes": [{"key": {"a": 1}, "name": "a", "sparse": True}]},
            "indexes have no option sparse",
        ),
        (
            "update",
            {"update": "events", "updates": [{"q": {}, "u": {}, "multi": True, "sort": {"a": 1}}]},
            "updates have no option sort",
        ),
        (
            "delete",
            {"delete": "events", "deletes": [{"q": {}, "limit": 1}, {"q": {}, "limit": 0, "let": {}}]},
            "deletes have no option let",
        ),
        (
            "update",
            {"update": "events", "updates": [{"q": {}, "u": {}, "arrayFilters": [{"a": {"$where": "1"}}]}]},
            "update uses the operator $where",
        ),
    ],
)
def test_commands_outside_the_stable_api_are_reported(name, command, said):
    assert undocumented(name, command) == [said]


def test_documents_may_hold_anything():
    assert (
        undocumented("insert", {"insert": "events", "documents": [{"_id": 1, "data": {"$where": 1}}], "ordered": True})
        == []
    )


def test_a_command_of_a_client_outside_the_stable_api_is_noticed(mongo_db, stable_api: Violations):
    mongo_db["rows"].insert_one({"_id": 1})
    assert stable_api.take() == []
    mongo_db.command("dbStats")
    assert stable_api.take() == ["a test: dbStats is not a command of the Stable API"]
    assert stable_api.take() == []


def test_a_command_of_another_process_outside_the_stable_api_is_noticed(mongo_url, stable_api: Violations):
    asks = "import sys; from shared.infrastructure.mongo import connect; connect(sys.argv[2]).admin.command('dbStats')"
    subprocess.run([sys.executable, "-c", asks, "services.stats.worker", mongo_url], check=True)
    assert stable_api.take() == ["services.stats.worker: dbStats is not a command of the Stable API"]


@pytest.mark.parametrize("command", sorted(BY_AN_OPERATOR))
def test_commands_of_operators_are_nowhere_in_the_product(command):
    files = [path for folder in ("shared", "services", "drill") for path in (REPO / folder).rglob("*.py")]
    assert len(files) > 100
    assert [str(path) for path in files if command in path.read_text()] == []
