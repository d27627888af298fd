"""Mutants of the page of operations."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

PAGES = "services/portal/pages/operations/"

MUTANTS = (
    Mutant(
        "silence-is-well",
        "a number that a service does not tell counts as 0",
        (Edit(f"{PAGES}judging.py", "default=None if None in values else 0.0", "default=0.0"),),
        ("tests/unit/portal/test_judging.py::test_a_number_that_is_not_known_is_not_well[figures-stats-age_seconds]",),
    ),
    Mutant(
        "dead-worker-believed",
        "the last report of a worker that was killed counts for ever",
        (
            Edit(
                "shared/service/worker_reports_mongo.py",
                'self._reports.find({"at": {"$gte": self._clock.now() - FRESH_MS}})',
                "self._reports.find({})",
            ),
        ),
        ("tests/integration/test_worker_reports.py::test_a_process_that_tells_nothing_any_more_counts_as_gone",),
    ),
    Mutant(
        "page-down-with-a-service",
        "the page of operations fails with the service that it should name",
        (
            Edit(
                f"{PAGES}page.py",
                "            if refused.status in (401, 403):\n                raise\n",
                "            raise\n",
            ),
        ),
        (
            "tests/unit/portal/test_operations.py::"
            "test_the_page_names_the_service_that_does_not_answer_and_shows_the_others[roster]",
        ),
    ),
    Mutant(
        "operations-for-provinces",
        "every province reads the health of the nation's services",
        (Edit("shared/service/health.py", 'HEALTH_ROLES = ("ministry",)', 'HEALTH_ROLES = ("ministry", "province")'),),
        ("tests/unit/shared/test_health.py::test_only_the_ministry_may_ask[province]",),
    ),
)
