"""Envelope encryption: what is sealed opens under its key, its name and its version, and nothing else."""

from __future__ import annotations

import pytest

from services.upload.photos.envelope import (
    OVERHEAD,
    KeyEncryption,
    Unopenable,
    key_versions,
    new_data_key,
    open_sealed,
    seal,
)

KEY, OTHER, NAME = bytes(range(32)), bytes(32), "archive/form-2026a-3f7.018f2a/1/9f86.jpg"
PHOTO = b"\xff\xd8\xff a photo of a child"


def test_a_sealed_photo_opens_under_its_key_and_name_and_shows_nothing_of_itself():
    sealed = seal(KEY, NAME, PHOTO)
    assert open_sealed(KEY, NAME, sealed) == PHOTO
    assert len(sealed) == len(PHOTO) + OVERHEAD and b"\xff\xd8\xff" not in sealed and b"child" not in sealed


def test_the_same_photo_twice_is_sealed_differently():
    assert seal(KEY, NAME, PHOTO) != seal(KEY, NAME, PHOTO)


def test_it_opens_under_no_other_key_and_no_other_name():
    sealed = seal(KEY, NAME, PHOTO)
    for key, name in ((OTHER, NAME), (KEY, NAME.replace("3f7", "3f8"))):
        with pytest.raises(Unopenable):
            open_sealed(key, name, sealed)


@pytest.mark.parametrize("at", [0, 1, 20, -1])
def test_one_changed_byte_is_noticed(at):
    sealed = bytearray(seal(KEY, NAME, PHOTO))
    sealed[at] ^= 1
    with pytest.raises(Unopenable):
        open_sealed(KEY, NAME, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", PHOTO])
def test_bytes_that_were_never_sealed_are_refused(sealed):
    with pytest.raises(Unopenable):
        open_sealed(KEY, NAME, sealed)


def test_a_data_key_is_wrapped_by_the_newest_version_and_unwrapped_by_its_own():
    secret, old, both = new_data_key(), KeyEncryption({1: KEY}), KeyEncryption({1: KEY, 2: OTHER})
    first, second = old.wrap("a 1", secret), both.wrap("a 1", secret)
    assert (old.version, both.version) == (1, 2)
    assert both.unwrap("a 1", 1, first) == both.unwrap("a 1", 2, second) == secret
    for owner, version, wrapped in (("b 1", 1, first), ("a 1", 2, first), ("a 1", 3, first)):
        with pytest.raises(Unopenable):
            both.unwrap(owner, version, wrapped)


def test_versions_of_keys_are_read_from_the_setting():
    assert key_versions(f"1:{KEY.hex()}, 2:{OTHER.hex()}") == {1: KEY, 2: OTHER}
    for text in (KEY.hex(), f"x:{KEY.hex()}", "1:00", f"1:{KEY.hex()},1:{OTHER.hex()}", "1:" + "zz" * 32):
        with pytest.raises(ValueError):
            key_versions(text)
