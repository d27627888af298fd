"""Records of sent photos, on a real document store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from services.upload.domain.outcome import CHECKING, Outcome
from services.upload.photos.mongo import MongoPhotos
from services.upload.photos.protocol import SentPhoto
from tests.support.together import run_together

PUPIL = "3f7.018f2ab47c9d01e5f6a7"
PHOTO = SentPhoto(
    *("0" * 32, "2026a", PUPIL, "guardian", "account", "fingerprint", 100, 1000, 5000),
    outcome=Outcome(CHECKING),
    received_at=1500,
    due_at=1500,
)
FORM = PHOTO.form
LEASE = 60_000


@pytest.fixture
def photos(mongo_db: Database[dict[str, Any]]) -> MongoPhotos:
    photos = MongoPhotos(mongo_db)
    photos.ensure_indexes()
    return photos


def received(photos: MongoPhotos, number: int, at: int) -> SentPhoto:
    return photos.add(replace(PHOTO, id=f"{number:032d}", received_at=at, due_at=at))


def test_the_first_record_with_an_id_is_kept(photos: MongoPhotos) -> None:
    assert photos.add(PHOTO) == PHOTO == photos.get(PHOTO.id)
    assert photos.add(replace(PHOTO, fingerprint="another", size=7)) == PHOTO
    assert photos.get("1" * 32) is None


def test_concurrent_requests_record_one_photo(photos: MongoPhotos) -> None:
    added = run_together(*[lambda n=n: photos.add(replace(PHOTO, fingerprint=str(n))) for n in range(6)])
    assert len({getattr(photo, "fingerprint", photo) for photo in added}) == 1


def test_the_photo_that_is_due_for_longest_is_claimed_first(photos: MongoPhotos) -> None:
    assert photos.claim(10_000, LEASE) is None
    received(photos, 2, at=3000)
    received(photos, 1, at=2000)
    claimed = [photos.claim(10_000, LEASE) for _ in range(3)]
    assert [photo and (photo.received_at, photo.attempts, photo.due_at) for photo in claimed] == [
        (2000, 1, 70_000),
        (3000, 1, 70_000),
        None,
    ]


def test_a_forms_photos_after_a_moment_are_listed_up_to_a_limit(photos: MongoPhotos) -> None:
    for number in range(1, 5):
        received(photos, number, at=1000 * number)
    photos.add(replace(PHOTO, id="a" * 32, pupil="3f7.018f2ab47c9d01e5f6a8", received_at=9000))
    assert {photo.received_at for photo in photos.sent_since(FORM, 1000, 9)} == {2000, 3000, 4000}
    assert len(photos.sent_since(FORM, 0, 2)) == 2
    assert photos.sent_since(FORM, 4000, 9) == []


def test_photos_that_wait_are_counted_until_they_are_settled(photos: MongoPhotos) -> None:
    assert photos.unchecked(10) == 0
    for number in range(1, 4):
        received(photos, number, at=2000 + number)
    claimed = photos.claim(10_000, LEASE)
    assert claimed and (photos.unchecked(10), photos.unchecked(2)) == (3, 2)
    photos.settle(replace(claimed, outcome=Outcome("archived")))
    assert photos.unchecked(10) == 2


def test_concurrent_workers_claim_different_photos(photos: MongoPhotos) -> None:
    for number in range(6):
        received(photos, number, at=2000 + number)
    claimed = run_together(*[lambda: photos.claim(10_000, LEASE)] * 8)
    ids = [getattr(photo, "id", None) for photo in claimed]
    assert (ids.count(None), len({*ids} - {None})) == (2, 6)


def test_after_its_lease_a_photo_is_claimed_again(photos: MongoPhotos) -> None:
    received(photos, 1, at=2000)
    photos.claim(2000, LEASE)
    assert photos.claim(2000 + LEASE - 1, LEASE) is None
    again = photos.claim(2000 + LEASE, LEASE)
    assert again
    assert again.attempts == 2


def test_the_oldest_unchecked_photo_is_the_one_that_arrived_first_whoever_has_it_now(photos: MongoPhotos) -> None:
    assert photos.oldest_unchecked() is None
    received(photos, 1, at=1000)
    received(photos, 2, at=2000)
    claimed = photos.claim(2000, LEASE)
    assert claimed
    assert photos.oldest_unchecked() == 1000
    photos.put_back(claimed, 90_000)
    assert photos.oldest_unchecked() == 1000


def test_a_photo_that_is_put_back_pauses_and_the_attempt_does_not_count(photos: MongoPhotos) -> None:
    received(photos, 1, at=2000)
    claimed = photos.claim(2000, LEASE)
    assert claimed
    photos.put_back(claimed, 4000)
    assert photos.claim(3999, LEASE) is None
    again = photos.claim(4000, LEASE)
    assert again
    assert again.attempts == 1
    photos.put_back(claimed, 4001)  # by a worker that has lost its lease
    assert photos.claim(5000, LEASE) is None


def test_the_first_outcome_is_final(photos: MongoPhotos) -> None:
    photo = received(photos, 1, at=2000)
    settled = replace(photo, outcome=Outcome("archived"), content="content", sha256="sha")
    photos.settle(settled)
    photos.settle(replace(photo, outcome=Outcome("refused", "damaged")))
    assert photos.get(photo.id) == settled
    assert photos.claim(10**9, LEASE) is None
    assert photos.add(photo) == settled


def test_a_forms_settled_photos_are_listed_oldest_first(photos: MongoPhotos) -> None:
    sent = [received(photos, number, at) for number, at in ((1, 3000), (2, 2000), (3, 1000))]
    for photo in sent[:2]:
        photos.settle(replace(photo, outcome=Outcome("waiting", "unreadable-qr"), content="c", sha256="s"))
    photos.add(replace(PHOTO, id="a" * 32, pupil="3f7.018f2ab47c9d01e5f6a8"))
    assert [photo.received_at for photo in photos.of_form(f"form-2026a-{PUPIL}")] == [2000, 3000]
    assert photos.of_form("form-2026b-" + PUPIL) == []


@pytest.mark.parametrize(("by", "account"), [("", ""), ("guardian", ""), ("", "account")])
def test_tickets_opened_until_a_moment_are_closed_for_everybody_or_for_some(
    photos: MongoPhotos, by: str, account: str
) -> None:
    if account:
        photos.hold_pending(FORM, 2000, account, "command")
    else:
        photos.close_pending(FORM, 2000, by)
    cases = {
        "before": replace(PHOTO, created_at=1999),
        "at": replace(PHOTO, created_at=2000),
        "after": replace(PHOTO, created_at=2001),
        "other": replace(PHOTO, by="teacher", account="another"),
        "elsewhere": replace(PHOTO, campaign="2026b"),
    }
    closed = [name for name, photo in cases.items() if photos.is_closed(photo)]
    assert closed == ["before", "at", *([] if by or account else ["other"])]


def test_a_photo_that_was_seen_in_the_check_is_not_closed_and_one_that_comes_after_is(photos: MongoPhotos) -> None:
    seen = received(photos, 1, at=1500)
    assert photos.close_pending(FORM, 2000) == 1
    unseen = received(photos, 2, at=1600)
    assert (photos.is_closed(seen), photos.is_closed(unseen)) == (False, True)
    assert photos.close_pending(FORM, 3000) == 2
    assert (photos.is_closed(seen), photos.is_closed(unseen)) == (False, False)
