"""Mutants of who may do what."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

CATALOGUE = "tests/architecture/test_permissions.py::"
GRANTS, OPENS = "tests/unit/identity/test_grants.py::", "tests/unit/shared/test_grants.py::"
REACHED = (
    "tests/unit/shared/test_route_matrix.py::"
    "test_every_route_is_reached_by_whom_the_catalogue_lets_in_and_by_nobody_else"
)
PLACES = "tests/unit/shared/test_place_matrix.py::"

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
        ("tests/unit/shared/test_app.py::test_a_route_that_names_no_permission_is_refused_at_the_start[school]",),
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
    Mutant(
        "grant-wider",
        "an admin grants a permission outside of the own unit",
        (Edit("services/identity/use_cases/staff/grants.py", "    require_path(caller, grant.path)\n", ""),),
        (f"{GRANTS}test_nobody_grants_wider_than_the_own_scope",),
    ),
    Mutant(
        "grant-not-held",
        "an admin grants what the own role does not have",
        (
            Edit(
                "services/identity/use_cases/staff/grants.py",
                "if permission and not roles.may(caller.role, permission):",
                "if permission and False:",
            ),
        ),
        (f"{GRANTS}test_nobody_grants_what_the_own_role_does_not_have",),
    ),
    Mutant(
        "grant-for-ever",
        "a grant goes on after its last day",
        (Edit("shared/service/auth.py", "if each.holds_on(today))", "if each.first_day <= today)"),),
        (f"{OPENS}test_a_grant_holds_from_its_first_day_to_its_last[-5--1-False]",),
    ),
    Mutant(
        "grant-everywhere",
        "a grant for one class opens the whole of what the account may see",
        (
            Edit(
                "shared/service/auth.py",
                "own = (self.own or self.scope) if roles.may(self.role, permission) else Scope()",
                "own = self.own or self.scope",
            ),
        ),
        (f"{OPENS}test_every_route_opens_where_role_and_grants_say_and_nowhere_else[print-forms]",),
    ),
    Mutant(
        "grant-approves-and-audits",
        "an auditor is granted what approves",
        (Edit("services/identity/domain/grants.py", "if approves_and_audits(held):", "if False:"),),
        (f"{GRANTS}test_who_audits_never_approves_not_even_on_another_day[publish-reports]",),
    ),
    Mutant(
        "grant-outlives-revocation",
        "tokens carry a permission that was taken away until they end",
        (
            Edit(
                "services/identity/use_cases/staff/grants.py", "    deps.records.people.supersede_tokens(account)\n", ""
            ),
        ),
        (f"{GRANTS}test_a_colleague_gets_a_permission_with_the_next_token_and_loses_it_at_once",),
    ),
    Mutant(
        "services-as-people",
        "any token is believed to be a service's",
        (
            Edit(
                "shared/service/app.py",
                "return app_context.services.caller(token)",
                "return app_context.tokens(token) if token else NOBODY",
            ),
        ),
        (f"{REACHED}[roster]",),
    ),
    Mutant(
        "last-admin-closed",
        "the bureau above closes the only admin of a school",
        (
            Edit(
                "services/identity/domain/unit_admins.py",
                "if isinstance(command, CloseAdmin) and set(command.others) <=",
                "if None is",
            ),
        ),
        (f"{GRANTS}test_the_last_admin_of_a_unit_is_not_closed_by_anybody",),
    ),
    Mutant(
        "admins-close-each-other",
        "two admins who close each other at the same moment leave none",
        (
            Edit(
                "services/identity/use_cases/staff/staff_accounts.py",
                "    work.decide(unit_admins_decider, stream, len(history), unit, CloseAdmin(account, others))\n",
                "    unit_admins_decider.run(CloseAdmin(account, others), unit)\n",
            ),
        ),
        (f"{GRANTS}test_two_admins_who_close_each_other_at_the_same_moment_leave_one",),
    ),
    Mutant(
        "pupils-sideways",
        "a guardian of a class elsewhere is decided on",
        (Edit("services/identity/use_cases/steps.py", "    if not caller.scope.allows(path):", "    if not path:"),),
        (f"{PLACES}test_every_route_of_identity_answers_inside_its_place_and_nowhere_else",),
    ),
    Mutant(
        "accounts-sideways",
        "an account elsewhere is reset by the level above of another unit",
        (
            Edit(
                "services/identity/domain/issuing_rules.py",
                "    if not above or not target_paths or not all(scope.allows(path) for path in target_paths):",
                "    if not above:",
            ),
        ),
        (f"{PLACES}test_every_route_of_identity_answers_inside_its_place_and_nowhere_else",),
    ),
)
