"""Mutants of who may do what."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

CATALOGUE = "tests/architecture/test_permissions.py::"

MUTANTS = (
    Mutant(
        "auditor-approves",
        "who audits a region publishes its reports, too",
        (
            Edit(
                "shared/language/roles.py",
                "p.VIEW_ACCESS_RECORDS, p.READ_AUDIT)",
                "p.VIEW_ACCESS_RECORDS, p.READ_AUDIT, p.PUBLISH_REPORTS)",
            ),
        ),
        (f"{CATALOGUE}test_no_role_both_approves_and_audits[auditor]",),
    ),
    Mutant(
        "role-grows",
        "a role gets a permission by accident, and with it every route that asks for it",
        (Edit("shared/language/roles.py", "p.HELP_GUARDIANS, p.RESET_ACCOUNTS", "p.HELP_GUARDIANS, *_ISSUER"),),
        (f"{CATALOGUE}test_no_route_lets_other_roles_in_than_before_it_asked_for_a_permission",),
    ),
    Mutant(
        "needs-nothing",
        "a route that names no permission is open",
        (Edit("shared/service/app.py", "if not isinstance(self.needs, Permission) and", "if False and"),),
        ("tests/unit/shared/test_app.py::test_a_route_that_names_no_permission_is_refused_at_the_start",),
    ),
    Mutant(
        "any-account",
        "every account that has signed in may use every route",
        (Edit("shared/service/auth.py", "        raise permission_missing(permission)", "        return"),),
        (
            "tests/unit/shared/test_auth.py::test_requirements_of_permission_and_path",
            "tests/unit/shared/test_auth.py::test_a_refusal_names_the_missing_permission",
        ),
    ),
)
