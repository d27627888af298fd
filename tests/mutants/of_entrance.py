"""Mutants of the entrance of services and of the portal's cookies and pages."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

ENTRANCE, APP = "shared/service/entrance.py", "shared/service/app.py"
FRONT, CONTEXT = "deploy/front/configuration.py", "services/portal/request_context.py"
ENTERING, PORTAL = "tests/unit/shared/test_entrance.py::", "tests/unit/portal/"
COMPRESSED = "tests/unit/deploy/test_compression.py::"
CONFIGURED = "tests/unit/deploy/test_front.py::"
NOT_ROUND = f"{ENTERING}test_traffic_of_people_that_did_not_come_through_their_door_is_refused"
INSIDE_ONLY = f"{ENTERING}test_what_is_for_operators_and_services_is_not_there_for_people"

MUTANTS = (
    Mutant(
        "any-door",
        "whatever names a door passes, with or without the proxy's key",
        (Edit(ENTRANCE, "hmac.compare_digest(given, self._name(door))", "given.startswith(door.encode())"),),
        (f"{NOT_ROUND}[no key]", f"{NOT_ROUND}[another key]"),
    ),
    Mutant(
        "inside-is-enough",
        "people's routes answer at the door inside without the portal's signature",
        (Edit(ENTRANCE, "if source is None and not (door == INSIDE and INSIDE in doors):", "if door != INSIDE:"),),
        (f"{NOT_ROUND}[inside]", f"{ENTERING}test_a_forwarded_address_counts_for_one_service_and_a_minute"),
    ),
    Mutant(
        "metrics-for-people",
        "routes for operators and services are there at the people's door",
        (Edit(ENTRANCE, "if PEOPLE not in doors:", "if not doors:"),),
        (f"{INSIDE_ONLY}[/metrics]", f"{INSIDE_ONLY}[/internal/totals]"),
    ),
    Mutant(
        "any-forwarder",
        "an address that somebody else than the portal has signed counts",
        (Edit(ENTRANCE, 'claims["sub"] == PORTAL and "source" in claims', '"source" in claims'),),
        (f"{ENTERING}test_a_forged_forwarded_address_is_refused[another service]",),
    ),
    Mutant(
        "any-host",
        "the portal answers to every host",
        (Edit(ENTRANCE, "if self.hosts and headers", "if not self.hosts and headers"),),
        (f"{ENTERING}test_another_host_is_refused_at_the_peoples_door_and_nowhere_else",),
    ),
    Mutant(
        "source-is-the-peer",
        "the source of a request is the peer, not the person",
        (Edit(APP, "        g.source = entrance.admit(", "        entrance.admit("),),
        (
            f"{ENTERING}test_people_come_in_through_their_door_and_their_address_is_the_one_that_the_proxy_saw",
            f"{ENTERING}test_the_portal_forwards_the_address_of_the_person_for_whom_it_asks",
        ),
    ),
    Mutant(
        "person-from-outside",
        "a header by which only the portal forwards an address passes the people's door",
        (Edit(FRONT, 'ADDRESS: "$remote_addr", PERSON: "", "Forwarded": ""}', 'ADDRESS: "$remote_addr"}'),),
        (f"{CONFIGURED}test_every_service_has_a_door_for_people_and_one_inside[roster]",),
    ),
    Mutant(
        "compressed-for-other-sites",
        "a page that another site makes a browser ask for is compressed",
        (Edit("deploy/front/nginx.conf", "        cross-site 1;\n", ""),),
        (f"{COMPRESSED}test_a_page_that_another_site_makes_a_browser_ask_for_is_not_compressed[cross-site--/page]",),
    ),
    Mutant(
        "one-form-token",
        "the token of forms stays the same, and compressed pages tell it piece by piece",
        (Edit("services/portal/session.py", "secrets.token_hex(SALT_BYTES))", '"0" * 2 * SALT_BYTES)'),),
        (
            f"{PORTAL}test_protection.py::"
            "test_the_token_of_forms_is_another_one_in_every_response_and_each_of_them_serves",
        ),
    ),
    Mutant(
        "cookie-of-any-host",
        "behind HTTPS a cookie can be set by a neighbouring host",
        (Edit(CONTEXT, 'f"__Host-{name}" if deps().secure else name', "name"),),
        (f"{PORTAL}test_session.py::test_behind_https_cookies_are_secure_and_of_this_host_alone",),
    ),
)
