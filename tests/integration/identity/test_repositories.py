"""One suite for the private collections, in memory and in the real document store."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from services.identity.domain.validity import Validity
from services.identity.repositories.account_files import AccountFileRow, LineError, Overtaken
from services.identity.repositories.applications import ApplicationRow, HolderCount
from services.identity.repositories.download_codes import NO_CODE, KeptCode
from services.identity.repositories.memory import memory_records
from services.identity.repositories.misuse import MisuseRow, SchoolCount
from services.identity.repositories.mongo import mongo_records
from services.identity.repositories.protocol import (
    FORGET_MS,
    OVERLAP_MS,
    PERMANENT_LOCK,
    TEMPORARY_LOCK,
    ChildLink,
    Person,
    Session,
    stamped,
)
from shared.infrastructure.clock import FixedClock, SystemClock
from shared.infrastructure.errors import Conflict, Refused
from shared.language.grants import Grant
from shared.language.scope import Scope

NOW = 1_790_000_000_000
COUNTY, SCHOOL = "/000000/110000/110101/", "/000000/110000/110101/2111000001/"
CHILD = ChildLink("3f7.018f2ab47c9d01e5f6a7", True, b"\x01sealed")


@pytest.fixture(params=["memory", "mongo"])
def records(request):
    return memory_records() if request.param == "memory" else mongo_records(request.getfixturevalue("mongo_db"))


def person(n, role="teacher", *paths, children=()):
    return Person(f"account-{n}", f"login-{n}", role, b"\x01\x00\xff", "$argon2id$1", True, paths, children)


def session(id, account="account-1", expires_at=NOW + 1000):
    return Session(id, account, f"refresh-{id}", expires_at)


def test_a_stored_person_is_read_back_unchanged(records):
    kept = person(1, "guardian", children=(CHILD, replace(CHILD, pupil="3f7.018f2ab47c9d01e5f6a8")))
    records.people.add(kept, None)
    assert records.people.get("account-1") == records.people.by_login("login-1") == kept
    assert records.people.get("account-2") is records.people.by_login("login-2") is None


def test_a_login_belongs_to_one_person_and_an_account_is_added_once(records):
    records.people.add(person(1), None)
    with pytest.raises(Refused) as refused:
        records.people.add(replace(person(2), login="login-1"), None)
    assert refused.value.code == "login-taken"
    with pytest.raises(Conflict):
        records.people.add(replace(person(1), login="login-3"), None)
    assert records.people.get("account-1").login == "login-1" and records.people.get("account-2") is None


def test_people_are_added_together_under_the_rules_of_one(records):
    some = [replace(person(n, "school", SCHOOL), terms=(f"t-{n}",)) for n in range(1, 130)]
    records.people.add_all(some, None)
    assert [records.people.get(each.account) for each in some] == some
    with pytest.raises(Refused) as refused:
        records.people.add_all([replace(person(200), login="login-7")], None)
    assert refused.value.code == "login-taken"
    with pytest.raises(Conflict):
        records.people.add_all([replace(person(9), login="login-200")], None)
    with pytest.raises(Refused):
        records.people.add_all([replace(person(201), login="one"), replace(person(202), login="one")], None)
    assert records.people.get("account-202") is None


def test_staff_are_found_at_and_below_the_paths_of_a_scope_by_path(records):
    for n, path in enumerate((SCHOOL, COUNTY, "/000000/110000/1101010/", "/000000/110000/110102/")):
        records.people.add(person(n, "county", path), None)
    records.people.add(person(9, "guardian", children=(CHILD,)), None)
    assert [p.account for p in records.people.staff(Scope.of([COUNTY]), 10)] == ["account-1", "account-0"]
    assert (
        len(records.people.staff(Scope.of(["/000000/"]), 10)) == 4
        and len(records.people.staff(Scope.of(["/000000/"]), 3)) == 3
    )
    assert records.people.staff(Scope(), 10) == []


def test_staff_are_found_by_role(records):
    for n, role in enumerate(("county", "school", "teacher", "county")):
        records.people.add(person(n, role, COUNTY), None)
    found = records.people.staff(Scope.of(["/000000/"]), 10, {"county", "teacher"})
    assert sorted(p.account for p in found) == ["account-0", "account-2", "account-3"]
    assert len(records.people.staff(Scope.of(["/000000/"]), 2, {"county"})) == 2


def test_a_person_changes_in_one_thing_at_a_time(records):
    records.people.add(person(1, "teacher", SCHOOL), None)
    records.people.set_password("account-1", "$argon2id$2", False, None)
    records.people.add_path("account-1", COUNTY, None)
    records.people.add_path("account-1", COUNTY, None)
    records.people.add_child("account-1", CHILD, None)
    records.people.add_child("account-1", replace(CHILD, known=False), None)
    records.people.set_session("account-1", "s1")
    validity = Validity(closed=True, reset_by="account-2", reset_at=NOW, held=(CHILD.pupil, "another"))
    records.people.set_validity("account-1", validity, None)
    records.people.set_code("account-1", "ab" * 16, None)
    records.people.set_used("account-1", NOW)
    grants = (Grant("print-forms", SCHOOL, "2026-11-01", "2026-11-30"), Grant("view-figures", COUNTY, "2026-11-01"))
    records.people.set_grants("account-1", grants, None)
    changed = records.people.get("account-1")
    assert changed == replace(
        person(1, "teacher", SCHOOL, COUNTY),
        password="$argon2id$2",
        must_change=False,
        children=(replace(CHILD, known=False),),
        session="s1",
        validity=validity,
        code="ab" * 16,
        used_at=NOW,
        grants=grants,
    )
    records.people.set_grants("account-1", (), None)
    assert records.people.get("account-1").grants == ()


def test_a_child_that_is_added_again_is_held_no_longer(records):
    records.people.add(person(1, "guardian", children=(CHILD,)), None)
    records.people.set_validity("account-1", Validity(held=(CHILD.pupil, "another")), None)
    records.people.add_child("account-1", CHILD, None)
    assert records.people.get("account-1").validity.held == ("another",)


def test_an_account_is_listed_at_its_first_path_whatever_is_taken_away(records):
    records.people.add(person(1, "teacher", COUNTY, SCHOOL), None)
    records.people.remove_path("account-1", COUNTY, None)
    assert records.people.get("account-1").paths == (SCHOOL,)
    assert [p.account for p in records.people.staff(Scope.of([SCHOOL]), 10)] == ["account-1"]


def test_waiting_accounts_are_found_by_scope(records):
    for n, path in enumerate((SCHOOL, COUNTY, "/000000/110000/110102/")):
        records.people.add(replace(person(n, "school", path), validity=Validity(waiting=n != 1)), None)
    assert [p.account for p in records.people.waiting(Scope.of([COUNTY]), 10)] == ["account-0"]
    assert len(records.people.waiting(Scope.of(["/000000/"]), 10)) == 2
    records.people.set_validity("account-0", Validity(), None)
    assert records.people.waiting(Scope.of([COUNTY]), 10) == []


def test_a_hash_is_replaced_only_while_the_password_is_the_same(records):
    records.people.add(person(1), None)
    records.people.rehash("account-1", "$argon2id$0", "$argon2id$9")
    assert records.people.get("account-1").password == "$argon2id$1"
    records.people.rehash("account-1", "$argon2id$1", "$argon2id$2")
    assert records.people.get("account-1").password == "$argon2id$2"


def test_a_proof_outlives_a_rotation_that_began_before_it(records):
    records.sessions.open(session("s1"), NOW)
    begun = replace(session("s1"), refresh="new")
    assert records.sessions.prove("s1", NOW + 7, ("otp",)).proved_at == NOW + 7
    assert records.sessions.rotate("s1", "refresh-s1", begun)
    kept = records.sessions.get("s1")
    assert (kept.refresh, kept.proved_at, kept.methods) == ("new", NOW + 7, ("otp",))
    assert records.sessions.prove("none", NOW, ("otp",)) is None


def test_a_session_is_opened_rotated_and_ended(records):
    records.sessions.open(session("s1"), NOW)
    rotated = replace(session("s1"), refresh="new", previous="refresh-s1", rotated_at=NOW)
    assert records.sessions.rotate("s1", "refresh-s1", rotated) and records.sessions.get("s1") == rotated
    assert not records.sessions.rotate("s1", "refresh-s1", session("s1")) and not records.sessions.rotate(
        "s2", "x", session("s2")
    )
    records.sessions.end("s1")
    records.sessions.end("s1")
    assert records.sessions.get("s1") is None


def test_a_session_that_is_opened_again_because_the_response_was_lost_is_open(records):
    records.sessions.open(session("s1"), NOW)
    records.sessions.open(session("s1"), NOW)
    assert records.sessions.get("s1") == session("s1")


def test_all_sessions_of_an_account_end_but_one_and_nobody_elses(records):
    for id, account in (("s1", "a"), ("s2", "a"), ("s3", "b")):
        records.sessions.open(session(id, account), NOW)
    assert records.sessions.end_all("a", but="s2") == 1
    assert [id for id in ("s1", "s2", "s3") if records.sessions.get(id)] == ["s2", "s3"]
    assert (records.sessions.end_all("a"), records.sessions.end_all("a")) == (1, 0)
    assert records.sessions.get("s2") is None


def test_expired_sessions_are_forgotten_when_the_account_signs_in_again(records):
    records.sessions.open(session("s1", "a", NOW), NOW - 1)
    records.sessions.open(session("s2", "b", NOW), NOW - 1)
    records.sessions.open(session("s3", "a"), NOW)
    assert [id for id in ("s1", "s2", "s3") if records.sessions.get(id)] == ["s2", "s3"]


def test_what_ended_is_told_since_a_moment_and_for_one_session_and_account(records):
    for id in ("s1", "s2", "s3"):
        records.sessions.open(session(id, "a"), NOW)
    records.people.add(person(1), None)
    before = SystemClock().now()
    records.sessions.end("s1")
    records.sessions.end_all("a", but="s2")
    records.people.supersede_tokens("account-1")
    records.people.supersede_tokens("account-1")
    records.people.supersede_tokens("nobody")
    assert records.people.get("account-1").epoch == 2
    found = {ending.subject: ending.epoch for ending in records.endings.since(before)}
    assert found == {"s1": 0, "s3": 0, "account-1": 2}
    assert {e.subject for e in records.endings.of("s1", "account-1")} == {"s1", "account-1"}
    assert records.endings.of("s2", "account-2") == []
    assert records.endings.since(SystemClock().now() + 2 * OVERLAP_MS) == []
    assert len(records.endings.since(0)) == 3


def test_an_ending_whose_writer_was_held_up_is_written_again_with_a_later_time():
    clock, times = FixedClock(), []

    def write(now):
        times.append(now)
        clock.advance(seconds=OVERLAP_MS / 1000 if len(times) == 1 else 0)

    stamped(clock, write)
    assert times == [clock.now() - OVERLAP_MS, clock.now()]


def test_of_concurrent_rotations_one_counts(records):
    records.sessions.open(session("s1"), NOW)
    won = together(8, lambda n: records.sessions.rotate("s1", "refresh-s1", replace(session("s1"), refresh=f"new-{n}")))
    assert won.count(True) == 1


def test_the_last_try_allowed_begins_the_lock_and_the_lock_ends(records):
    reserve = records.attempts.reserve
    assert [reserve("k", NOW + n) for n in range(TEMPORARY_LOCK.most + 2)] == [True] * TEMPORARY_LOCK.most + [False] * 2
    lock = NOW + TEMPORARY_LOCK.most - 1 + TEMPORARY_LOCK.window_ms
    assert not reserve("k", lock - 1) and reserve("other", NOW)
    assert [reserve("k", lock + n) for n in range(TEMPORARY_LOCK.most + 1)] == [True] * TEMPORARY_LOCK.most + [False]


def test_the_permanent_lock_counts_over_all_windows(records):
    assert all(
        records.attempts.reserve("k", NOW + n * TEMPORARY_LOCK.window_ms, PERMANENT_LOCK)
        for n in range(PERMANENT_LOCK.most)
    )
    assert not records.attempts.reserve("k", NOW + 365 * 86_400_000, PERMANENT_LOCK)


def test_tries_far_apart_never_lock(records):
    assert all(
        records.attempts.reserve("k", NOW + n * TEMPORARY_LOCK.window_ms) for n in range(3 * TEMPORARY_LOCK.most)
    )


def test_a_successful_try_forgets_the_failed_ones_and_one_without_outcome_does_not_count(records):
    for _ in range(TEMPORARY_LOCK.most - 1):
        records.attempts.reserve("k", NOW)
    records.attempts.give_back("k")
    assert (
        records.attempts.reserve("k", NOW)
        and records.attempts.reserve("k", NOW)
        and not records.attempts.reserve("k", NOW)
    )
    records.attempts.clear("k")
    assert all(records.attempts.reserve("k", NOW) for _ in range(TEMPORARY_LOCK.most))
    records.attempts.give_back("never-tried")


@pytest.mark.parametrize("tried_before", [False, True])
def test_concurrent_tries_cannot_exceed_the_limit(records, tried_before):
    if tried_before:
        records.attempts.reserve("k", NOW - TEMPORARY_LOCK.window_ms)
    assert together(16, lambda _: records.attempts.reserve("k", NOW)).count(True) == TEMPORARY_LOCK.most


def test_old_tries_are_forgotten(mongo_db):
    records = mongo_records(mongo_db)
    records.attempts.reserve("old", NOW)
    records.attempts.reserve("new", NOW + TEMPORARY_LOCK.window_ms + FORGET_MS + 1)
    assert [d["_id"] for d in mongo_db["attempts"].find()] == ["new"]


def together(n, act):
    """The results of n threads that act at the same moment."""
    start, results = threading.Barrier(n), []

    def run(i):
        start.wait(30)
        results.append(act(i))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == n
    return results


def test_occurrences_are_counted_within_the_window_that_the_first_one_began(records):
    attempts = records.attempts
    assert (attempts.tries("k", NOW), attempts.until("k")) == (0, 0)
    assert [attempts.count("k", NOW + n, 100) for n in (0, 50, 99)] == [1, 2, 3]
    assert (attempts.tries("k", NOW + 99), attempts.tries("k", NOW + 100), attempts.until("k")) == (3, 0, NOW + 100)
    assert attempts.count("k", NOW + 100, 100) == 1


def test_tries_are_forgotten_below_a_prefix_and_nowhere_else(records):
    attempts = records.attempts
    for key in ("sign-in:a:from:1", "sign-in:a:unknown", "sign-in:ab:unknown", "sign-in:"):
        attempts.count(key, NOW, 100)
    attempts.clear_below("sign-in:a:")
    kept = [
        attempts.tries(key, NOW) for key in ("sign-in:a:from:1", "sign-in:a:unknown", "sign-in:ab:unknown", "sign-in:")
    ]
    assert kept == [0, 0, 1, 1]


def test_details_are_replaced_unless_somebody_else_has_the_login_and_a_person_is_removed(records):
    records.people.add(person(1, "guardian", children=(CHILD,)), None)
    records.people.add(person(2), None)
    other = replace(CHILD, known=False, sealed=b"\x02other")
    records.people.set_details("account-1", "login-9", b"\x07new", [other], None)
    kept = records.people.by_login("login-9")
    assert (kept.account, kept.sealed, kept.children) == ("account-1", b"\x07new", (other,))
    with pytest.raises(Refused) as refused:
        records.people.set_details("account-1", "login-2", b"\x08", [], None)
    assert refused.value.code == "login-taken" and records.people.get("account-1") == kept
    records.people.remove("account-1", None)
    records.people.remove("account-1", None)
    assert records.people.get("account-1") is records.people.by_login("login-9") is None


def test_misuse_cases_are_listed_within_a_scope_and_counted_by_school(records):
    other = "/000000/110000/110101/2111000002/"
    rows = [
        MisuseRow("3f7.018f2ab47c9d01e5f6a7", 1, f"{SCHOOL}2111000001p202301/", SCHOOL, "reported", NOW),
        MisuseRow("3f7.018f2ab47c9d01e5f6a8", 1, f"{SCHOOL}2111000001p202302/", SCHOOL, "opened", NOW + 1),
        MisuseRow("3f7.018f2ab47c9d01e5f6a9", 1, f"{other}2111000002p202301/", other, "closed", NOW + 2),
    ]
    for row in rows:
        records.misuse.put(row, None)
    settled = replace(rows[0], state="closed", at=NOW + 9)
    records.misuse.put(settled, None)
    assert records.misuse.under(Scope.of([SCHOOL]), 9) == [settled, rows[1]]
    assert records.misuse.under(Scope.of([rows[1].path]), 9) == [rows[1]] and records.misuse.under(Scope(), 9) == []
    assert records.misuse.counts(COUNTY) == [SchoolCount(SCHOOL, 1, 1), SchoolCount(other, 0, 1)]
    assert records.misuse.counts(other) == [SchoolCount(other, 0, 1)]


def test_applications_are_found_by_where_they_wait_by_scope_by_answer_and_when_they_are_due(records):
    city, top = "/000000/320000/320500/", "/000000/"
    first = ApplicationRow("a", 1, "waiting", city, city, "", "", NOW, NOW, NOW + 5, "hash", b"\x01\x00")
    later = replace(first, id="b", at=NOW + 1, since=NOW + 1, due_at=NOW + 3, answer="")
    above = replace(first, id="c", holder=top, since=NOW + 9, due_at=0, answer="", at=NOW + 2)
    done = replace(first, id="d", state="refused", due_at=NOW + 1, answer="", at=NOW + 3)
    applications = records.applications
    for row in (replace(first, sealed=b""), first, later, above, done):
        applications.put(row, None)
    assert applications.get("a") == applications.by_answer("hash") == first and applications.get("e") is None
    assert applications.by_answer("") is applications.by_answer("other") is None
    assert applications.waiting_at([city], 9) == [first, later] and applications.waiting_at([city, top], 1) == [first]
    assert applications.under(Scope.of([city]), 9) == [done, above, later, first]
    assert applications.under(Scope.of([COUNTY]), 9) == [] and len(applications.under(Scope.of([top]), 2)) == 2
    assert applications.due(NOW + 4, 9) == [done, later] and applications.due(NOW + 5, 1) == [done]
    assert applications.counts(top) == [HolderCount(top, 1, NOW + 9), HolderCount(city, 2, NOW)]
    assert applications.counts(COUNTY) == []


def test_a_person_of_the_release_before_keeps_reset_code_and_end_of_the_initial_password(mongo_db):
    records = mongo_records(mongo_db)
    records.people.add(person(1), None)
    ends = {"validity.initial_ends_at": NOW, "reset_code": "hash"}
    mongo_db["people"].update_one({"_id": "account-1"}, {"$set": ends, "$unset": {"grants": 1, "code": 1}})
    found = records.people.get("account-1")
    assert (found.code, found.validity.activation_ends_at, found.grants) == ("hash", NOW, ())


def test_the_release_before_finds_what_it_reads_of_a_person(mongo_db):
    records = mongo_records(mongo_db)
    records.people.add(replace(person(1), code="first", validity=Validity(activation_ends_at=NOW)), None)
    kept = mongo_db["people"].find_one({"_id": "account-1"})
    assert (kept["reset_code"], kept["validity"]["initial_ends_at"]) == ("first", NOW)
    records.people.set_code("account-1", "second", None)
    records.people.set_validity("account-1", Validity(activation_ends_at=NOW + 1), None)
    kept = mongo_db["people"].find_one({"_id": "account-1"})
    assert (kept["reset_code"], kept["validity"]["initial_ends_at"]) == ("second", NOW + 1)


def test_a_state_of_the_registry_is_spent_once_until_it_ends(records):
    assert records.registry.spend("state-1", NOW + 1000, NOW)
    assert not records.registry.spend("state-1", NOW + 1000, NOW + 999)
    assert records.registry.spend("state-2", NOW + 1000, NOW + 999)
    assert records.registry.spend("state-1", NOW + 5000, NOW + 1000)  # forgotten: its own time is over


def test_of_browsers_with_the_same_state_at_once_one_spends_it(records):
    won = []
    threads = [
        threading.Thread(target=lambda: won.append(records.registry.spend("state", NOW + 1000, NOW))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_a_person_of_the_registry_has_one_account(records):
    assert records.registry.account_of("person-1") == ""
    records.registry.bind("person-1", "account-1", None)
    with pytest.raises(Conflict):
        records.registry.bind("person-1", "account-2", None)
    assert records.registry.account_of("person-1") == "account-1"


def test_the_last_download_code_of_a_person_is_kept_in_place_of_the_one_before(records):
    kept = records.download_codes
    assert kept.get("a") == NO_CODE
    kept.put("a", KeptCode(1, "first"), None)
    kept.put("b", KeptCode(1, "other"), None)
    kept.put("a", KeptCode(2, "second"), None)
    assert (kept.get("a"), kept.get("b")) == (KeptCode(2, "second"), KeptCode(1, "other"))


def account_file(n, state="received", by="account-1", **fields):
    return AccountFileRow(f"file-{n}", state, by, "county", (COUNTY,), NOW + n, NOW + n, 9, 2, **fields)


def test_accounts_are_found_by_many_logins_at_once(records):
    for n in range(3):
        records.people.add(person(n), None)
    logins = ["login-2", "login-0", *(f"none-{n}" for n in range(450))]
    assert records.people.holders(logins) == {"login-0": "account-0", "login-2": "account-2"}
    assert records.people.holders([]) == {}


def test_a_file_of_accounts_goes_on_once_from_each_place_with_its_wrong_lines(records):
    files = records.account_files
    begun = account_file(1, lines=3, units=((COUNTY, 2),))
    files.put(begun, None)
    assert files.get("file-1") == begun and files.get("file-2") is None
    further = replace(begun, done=2, opened=1, wrong=1)
    files.advance(begun, further, [LineError(3, "login", "login-taken", "Taken.")], None)
    with pytest.raises(Overtaken):
        files.advance(begun, replace(begun, done=1), [LineError(2, "role", "unknown-role", "None.")], None)
    files.advance(further, replace(further, done=3), [LineError(5, "unit", "unknown-unit", "None.")], None)
    assert files.get("file-1").done == 3
    assert [each.number for each in files.wrong_lines("file-1", "check", 0, 10)] == [3, 5]
    assert [each.number for each in files.wrong_lines("file-1", "check", 3, 10)] == [5]
    assert files.wrong_lines("file-1", "run", 0, 10) == files.wrong_lines("file-2", "check", 0, 10) == []


def test_files_of_accounts_are_found_by_sender_by_work_and_by_age(records):
    files = records.account_files
    for n, state in enumerate(("finished", "received", "checked", "running")):
        files.put(account_file(n, state, by="account-2" if state == "running" else "account-1"), None)
    assert [row.id for row in files.sent_by("account-1", 2)] == ["file-2", "file-1"]
    assert [row.id for row in files.at_work(10)] == ["file-1", "file-3"]
    assert [row.id for row in files.unanswered(NOW + 3, 10)] == ["file-2"] and files.unanswered(NOW + 2, 10) == []


def test_parts_of_a_file_are_kept_until_they_are_dropped(records):
    files = records.account_files
    for number in (0, 1):
        files.put_part("file-1", number, bytes([number, 255]), NOW)
    files.put_part("file-2", 0, b"new", NOW + 5)
    files.put_part("file-1", 1, b"again", NOW)
    assert (files.part("file-1", 0), files.part("file-1", 1)) == (b"\x00\xff", b"again")
    files.drop_parts_before(NOW + 5)
    assert files.part("file-2", 0) == b"new"
    files.drop_parts("file-2")
    for id in ("file-1", "file-2"):
        with pytest.raises(KeyError):
            files.part(id, 0)
