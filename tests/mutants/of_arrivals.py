"""Mutants of arrivals from the registry: whose answer is taken, and which account it opens."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

SIGN_IN, ROUTES = (
    "services/identity/use_cases/signing_in/registry_sign_in.py",
    "services/identity/api/registry_routes.py",
)
PROVIDER, RULES = "services/identity/registry/provider.py", "services/identity/domain/registry_arrival.py"
TESTS = "tests/unit/identity/test_registry_sign_in.py::"

PAGE = "services/portal/pages/accounts/registry_arrival.py"
PAGES = "tests/unit/portal/test_registry_arrival.py::"

MUTANTS = (
    Mutant(
        "link-of-any-registry",
        "a link of another registry begins a sign-in at ours",
        (Edit(PAGE, 'request.args.get("iss", issuer) != issuer', "False"),),
        (f"{PAGES}test_a_link_of_another_registry_begins_nothing[https://evil.test]",),
    ),
    Mutant(
        "secret-for-ever",
        "the browser's secret outlives the sign-in",
        (Edit(PAGE, '    context().keep_registry_secret("")\n', ""),),
        (f"{PAGES}test_a_link_of_the_registrys_page_leads_there_and_back_into_the_school",),
    ),
    Mutant(
        "answer-twice",
        "an answer of the registry is taken again",
        (Edit(SIGN_IN, " or not deps.records.registry.spend(token_hash(state), int(ends_at), now)", ""),),
        (f"{TESTS}test_an_answer_is_taken_once",),
    ),
    Mutant(
        "any-browser",
        "a state is good in every browser",
        (Edit(SIGN_IN, 'f"{number} {ends_at} {secret}"', 'f"{number} {ends_at}"'),),
        (f"{TESTS}test_a_state_of_another_browser_of_nobody_or_of_yesterday_is_refused",),
    ),
    Mutant(
        "any-issuer-answers",
        "an answer may come from any issuer",
        (Edit(PROVIDER, "(answered_by or registry.says_iss)", "False"),),
        (f"{TESTS}test_an_answer_of_another_issuer_is_refused[http://elsewhere.test]",),
    ),
    Mutant(
        "other-audiences",
        "a token for others, too, is taken",
        (Edit(PROVIDER, "set(audience) != {client_id}", "False"),),
        (f"{TESTS}test_an_id_token_with_a_wrong_claim_is_refused[one audience too many]",),
    ),
    Mutant(
        "old-sign-in-there",
        "a sign-in at the registry of yesterday is a second factor today",
        (Edit(PROVIDER, 'claims["auth_time"] < now - MOST_AGE_SECONDS - SKEW_SECONDS', "False"),),
        (f"{TESTS}test_an_id_token_with_a_wrong_claim_is_refused[signed in long ago]",),
    ),
    Mutant(
        "taken-over-by-name",
        "an account in use is connected to anybody with the name",
        (
            Edit(RULES, "each for each in same if each.is_unused", "each for each in same"),
            Edit("services/identity/domain/account.py", "if is_unused and not account.registry", "if False"),
        ),
        (f"{TESTS}test_an_account_in_use_is_connected_by_its_owners_own_fresh_session_alone",),
    ),
    Mutant(
        "connected-long-ago",
        "a session that was left open connects the account",
        (Edit(ROUTES, "own.signed_in_at >= g.fresh_since", "True"),),
        (f"{TESTS}test_an_account_in_use_is_connected_by_its_owners_own_fresh_session_alone",),
    ),
    Mutant(
        "school-of-another",
        "a person who changes school keeps the account of the first",
        (Edit(SIGN_IN, "    check_school(arrival.school, last(person.home))\n", ""),),
        (f"{TESTS}test_a_person_who_changes_school_does_not_keep_the_account_of_the_first",),
    ),
)
