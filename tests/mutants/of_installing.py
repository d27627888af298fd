"""Mutants of how large an installation is, and of what is closed on a department's own server."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

COMPOSE, CAPACITY = "tests/unit/deploy/test_compose.py::", "tests/unit/deploy/test_capacity.py::"

MUTANTS = (
    Mutant(
        "fewer-than-computed",
        "the nation's uploads may have a tenth of the pods that were computed for the last evening",
        (
            Edit(
                "deploy/k8s/overlays/national/kustomization.yaml",
                "{op: replace, path: /spec/maxReplicas, value: 180}",
                "{op: replace, path: /spec/maxReplicas, value: 18}",
            ),
        ),
        (f"{CAPACITY}test_an_overlay_has_the_upper_bounds_that_were_computed[national]",),
    ),
    Mutant(
        "no-zone-to-spare",
        "the last evening needs every zone",
        (Edit("docs/capacity.py", "SPARE = 1.5  #", "SPARE = 1.0  #"),),
        (f"{CAPACITY}test_without_one_zone_of_three_there_are_still_the_pods_of_the_peak",),
    ),
    Mutant(
        "engines-lead-outside",
        "the network of what keeps the data leads to other networks",
        (Edit("deploy/compose.yaml", "engines: {internal: true}", "engines: {}"),),
        (f"{COMPOSE}test_engines_are_reached_by_those_who_need_them_alone",),
    ),
    Mutant(
        "statistics-writes-events",
        "on a department's server statistics may append to the bus",
        (
            Edit(
                "deploy/compose/users.js", "[own('stats'), {role: 'read', db: 'rollcall_bus'}]", "[own('stats'), onBus]"
            ),
        ),
        (f"{COMPOSE}test_users_of_mongodb_have_the_rights_that_they_have_on_one_machine",),
    ),
    Mutant(
        "secret-as-argument",
        "the secrets of the object store are arguments, which every process of the server reads",
        (
            Edit(
                "deploy/compose/buckets.sh",
                """printf '%s\\n' "$2" "$3" | mc --quiet admin user add store #""",
                """mc --quiet admin user add store "$2" "$3" #""",
            ),
        ),
        (f"{COMPOSE}test_no_secret_of_the_object_store_is_an_argument_of_a_process",),
    ),
)
