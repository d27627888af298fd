"""Mutants of how processes end."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

MUTANTS = (
    Mutant(
        "deaf-in-a-wait",
        "a signal that meets a waiting process in the wrong moment is ignored, and so is every later one",
        (
            Edit(
                "shared/infrastructure/signalled.py",
                "threading.Condition(threading.RLock())",
                "threading.Condition(threading.Lock())",
            ),
        ),
        (
            "tests/unit/shared/test_signalled.py::"
            "test_a_signal_within_the_step_that_holds_the_events_lock_is_no_deadlock",
        ),
    ),
    Mutant(
        "cut-off-in-flight",
        "a service that is stopped or replaced drops the requests that it has begun",
        (Edit("deploy/gunicorn.py", "graceful_timeout = 120", "graceful_timeout = 0"),),
        (
            "tests/integration/identity/test_stopping.py::"
            "test_a_request_in_flight_is_answered_after_sigterm_and_none_is_let_in",
        ),
    ),
    Mutant(
        "pod-killed-in-flight",
        "a pod is killed before what is in flight can be answered",
        (
            Edit(
                "deploy/k8s/base/pods/every.yaml",
                "terminationGracePeriodSeconds: 150",
                "terminationGracePeriodSeconds: 60",
            ),
        ),
        (
            "tests/unit/deploy/test_k8s.py::"
            "test_a_pod_closes_its_socket_after_the_endpoints_have_forgotten_it_and_has_time_for_what_is_in_flight",
        ),
    ),
)
