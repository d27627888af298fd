"""The key store, in memory and in a document store."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from services.upload.operator.rotate_keys import rotate
from services.upload.photos.data_keys import DataKey, DataKeys, Retirement
from services.upload.photos.data_keys_memory import MemoryDataKeys
from services.upload.photos.data_keys_mongo import MongoDataKeys
from services.upload.photos.envelope import KeyEncryption, Unopenable, new_data_key
from tests.support.together import run_together

ANN, BO = "3f7.018f2ab47c9d01e5f6a1", "3f7.018f2ab47c9d01e5f6b2"
FORM, OTHER = f"form-2026a-{ANN}", f"form-2026a-{BO}"
KEY = DataKey(FORM, 1, "d" * 64, 1, b"wrapped", created_at=5)
GONE = Retirement("withdrawn", "somebody", at=10, due_at=20)


@pytest.fixture(params=["memory", "mongo"])
def keys(request: pytest.FixtureRequest) -> DataKeys:
    if request.param == "memory":
        return MemoryDataKeys()
    stored = MongoDataKeys(request.getfixturevalue("mongo_db"))
    stored.ensure_indexes()
    return stored


def test_the_first_key_with_a_number_is_kept_whoever_else_makes_one(keys: DataKeys) -> None:
    made = run_together(*[lambda n=n: keys.add(replace(KEY, wrapped=bytes([n + 1]))) for n in range(4)])  # type: ignore[misc]
    assert {getattr(key, "wrapped", key) for key in made} == {keys.of_form(FORM)[0].wrapped}
    assert len(keys.of_form(FORM)) == 1 and keys.of_form(OTHER) == []


def test_keys_are_found_by_form_pupil_and_campaign(keys: DataKeys) -> None:
    earlier = replace(KEY, form=f"form-2025a-{ANN}")
    for key in (replace(KEY, number=2), KEY, earlier, replace(KEY, form=OTHER)):
        keys.add(key)
    assert [key.number for key in keys.of_form(FORM)] == [1, 2]
    assert {key.form for key in keys.of_pupil(ANN)} == {FORM, earlier.form}
    assert keys.of_campaign("2026a", "", 10) == [FORM, OTHER]
    assert keys.of_campaign("2026a", FORM, 10) == [OTHER]


def test_a_key_is_current_then_retired_then_destroyed_and_its_number_and_digest_stay(keys: DataKeys) -> None:
    keys.add(KEY)
    keys.destroy(KEY)
    assert keys.of_form(FORM) == [KEY], "only a retired key is destroyed"
    keys.retire(FORM, GONE)
    (retired,) = keys.of_form(FORM)
    assert (retired.is_current, retired.wrapped, retired.retired_at, retired.reason) == (
        False,
        KEY.wrapped,
        10,
        "withdrawn",
    )
    assert (keys.due(19, 5), keys.due(20, 5)) == ([], [FORM])
    keys.destroy(retired)
    (left,) = keys.of_form(FORM)
    assert left.is_destroyed and not left.is_current and (left.number, left.digest) == (1, KEY.digest)
    assert keys.due(20, 5) == [FORM], "until its certificate is written"
    keys.completed(FORM, [1])
    assert keys.due(99, 5) == [] and keys.of_campaign("2026a", "", 9) == []


def test_a_retirement_touches_no_other_form_and_no_later_key(keys: DataKeys) -> None:
    keys.add(KEY)
    keys.add(replace(KEY, form=OTHER))
    keys.retire(FORM, GONE)
    keys.add(replace(KEY, number=2))
    assert [key.is_current for key in (*keys.of_form(FORM), *keys.of_form(OTHER))] == [False, True, True]


def test_a_later_retirement_changes_the_reason_and_not_the_moment(keys: DataKeys) -> None:
    keys.add(KEY)
    keys.retire(FORM, GONE)
    keys.retire(FORM, Retirement("erased", "another", at=50, due_at=60))
    (key,) = keys.of_form(FORM)
    assert (key.retired_at, key.reason, key.by, key.due_at) == (10, "erased", "another", 60)


def test_a_withdrawal_replaces_no_erasure(keys: DataKeys) -> None:
    keys.add(KEY)
    keys.retire(FORM, Retirement("erased", "operator", at=10, due_at=20))
    keys.add(replace(KEY, number=2))
    keys.retire(FORM, GONE)
    assert [(key.reason, key.by) for key in keys.of_form(FORM)] == [("erased", "operator"), ("withdrawn", "somebody")]


def test_a_key_is_never_seen_retired_without_its_reason(mongo_db: Any) -> None:
    """A sweep may look between any two updates, and acts upon what it sees."""
    keys, seen = MongoDataKeys(mongo_db), []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(collection, name)

        def update_many(self, *given: Any) -> None:
            collection.update_many(*given)
            seen.extend(keys.of_form(FORM))

    collection, keys._keys = keys._keys, Watched()  # type: ignore[assignment]
    keys.add(KEY)
    keys.retire(FORM, GONE)
    keys.add(replace(KEY, number=2))
    keys.retire(FORM, Retirement("erased", "another", at=50, due_at=60))
    assert seen and not [key for key in seen if key.retired_at and not (key.reason and key.by and key.due_at)]


def test_only_the_named_keys_are_retired_and_only_destroyed_ones_are_completed(keys: DataKeys) -> None:
    for number in (1, 2):
        keys.add(replace(KEY, number=number))
    keys.retire(FORM, GONE, [1])
    assert [key.is_current for key in keys.of_form(FORM)] == [False, True]
    keys.completed(FORM, [1])
    assert keys.due(20, 5) == [FORM], "it is not destroyed yet"
    keys.retire(FORM, GONE)
    for key in keys.of_form(FORM):
        keys.destroy(key)
    keys.completed(FORM, [1])
    assert keys.due(20, 5) == [FORM], "another withdrawal has retired the second key meanwhile"
    keys.completed(FORM, [2])
    assert keys.due(20, 5) == []


def test_a_rotation_wraps_every_key_anew_and_changes_none(keys: DataKeys, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "security")
    old, both = KeyEncryption({1: b"1" * 32}), KeyEncryption({1: b"1" * 32, 2: b"2" * 32})
    secrets: dict[str, Any] = {}
    for number in range(1, 8):
        key = replace(KEY, number=number)
        secrets[key.owner] = new_data_key()
        keys.add(replace(key, wrapped=old.wrap(key.owner, secrets[key.owner])))
    assert rotate(keys, both) == 7 and rotate(keys, both) == 0
    assert [(vars(line)["what"], vars(line)["version"]) for line in caplog.records] == [("rotated", 2)] * 2
    new = KeyEncryption({2: b"2" * 32})
    assert {key.owner: new.unwrap(key.owner, key.version, key.wrapped) for key in keys.of_form(FORM)} == secrets
    with pytest.raises(Unopenable):
        rotate(keys, KeyEncryption({3: b"3" * 32}))


def test_a_rotation_brings_no_destroyed_key_back(keys: DataKeys) -> None:
    keys.add(KEY)
    read = keys.of_form(FORM)[0]
    keys.retire(FORM, GONE)
    keys.destroy(read)
    assert not keys.rewrap(read, 2, b"wrapped anew")
    assert keys.of_form(FORM)[0].is_destroyed
