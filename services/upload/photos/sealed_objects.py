"""Photos in the object store, sealed: `archive/<form>/<sha256>.jpg` is at `archive/<form>/<number of the key>/...`.

The SHA-256 is that of the photo in clear. A photo of at most 15 MB is sealed as a whole, so not one byte of it is
handed out before all of it was verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from services.upload.photos.data_keys import DataKey, DataKeys
from services.upload.photos.envelope import OVERHEAD, KeyEncryption, Unopenable, new_data_key, open_sealed, seal
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import Objects

FOLDERS = ARCHIVE, WAITING = "archive", "waiting"
SEALED = "application/octet-stream"
ATTEMPTS = 5  # at a current key: another one may be retired in between
BATCH = 100  # names of one listing


@dataclass(frozen=True, slots=True)
class Sealed:
    """A photo that is stored. number: of the key that seals it."""

    name: str
    content: bytes
    number: int

    @property
    def sha256(self) -> str:
        """Hash of the content, from the name."""
        return self.name.rpartition("/")[2].removesuffix(".jpg")


class SealedObjects:
    """The photos of all forms. Methods raise Refused("unavailable") when a store is unavailable."""

    def __init__(self, objects: Objects, keys: DataKeys, key_encryption: KeyEncryption, clock: Clock) -> None:
        self._objects, self._keys, self._encryption, self._clock = objects, keys, key_encryption, clock

    def put_once(self, name: str, content: bytes) -> Sealed:
        """Seal under the form's current key and store, unless it is stored so already: a repetition writes nothing."""
        key = self._current(_form(name))
        stored = self._objects.stat(place(name, key.number))
        same_size = stored is not None and stored.size == len(content) + OVERHEAD
        if not same_size or self._opened(name, key, len(content)) != content:
            sealed = seal(self._unwrapped(key), place(name, key.number), content)
            self._objects.put(place(name, key.number), sealed, SEALED)
        return Sealed(name, content, key.number)

    def confirm(self, sealed: Sealed) -> None:
        """Seal it anew if its key was retired since: a withdrawal that ran meanwhile destroys what that key sealed.

        To be called after the event that counts the photo: a retirement before the event shows here, and one after it
        finds the photo in its form. Again and again: the next key may be retired before the photo is under it.
        """
        while self._current(_form(sealed.name)).number != sealed.number:
            sealed = self.put_once(sealed.name, sealed.content)

    def renew(self, name: str, limit: int) -> bool:
        """Seal a stored photo anew if its key was retired. Returns True if it is under the form's current key now.

        Not from a key that an erasure has retired. A copy that its own key does not open is lost already.
        """
        for key in reversed(self._live(_form(name))):
            if key.spares and (content := self._intact(name, key, limit)) is not None:
                self.confirm(self.put_once(name, content))
                return True
        return False

    def get(self, name: str, limit: int) -> bytes:
        """The photo in clear. Raises Refused: "not-found", "too-large", "unavailable" if it cannot be opened."""
        for key in reversed(self._live(_form(name))):
            try:
                opened = self._opened(name, key, limit)
            except Refused as refused:
                if refused.code != "not-found":
                    raise
                continue
            if opened is None:
                raise Refused("unavailable", "The stored photo cannot be opened; an operator must check it.")
            return opened
        raise Refused("not-found", "There is no such object.")

    def pieces(self, name: str, limit: int) -> Iterator[bytes]:
        """The photo as a response takes it. Refused as `get` is, by this call."""
        return iter((self.get(name, limit),))

    def holds(self, name: str) -> bool:
        """True if the photo is stored under a key that opens it."""
        return any(self._objects.stat(place(name, key.number)) for key in self._live(_form(name)))

    def remove(self, name: str) -> None:
        for key in self._live(_form(name)):
            self._objects.remove(place(name, key.number))

    def remove_all(self, key: DataKey) -> None:
        """Delete every object that a key has sealed."""
        for folder in FOLDERS:
            while names := self._objects.names(f"{folder}/{key.form}/{key.number}/", "", BATCH):
                for name in names:
                    self._objects.remove(name)

    def was_destroyed(self, form: str) -> bool:
        """True if a key of this form was destroyed, and with it the photos of that time."""
        return any(key.is_destroyed for key in self._keys.of_form(form))

    def _live(self, form: str) -> list[DataKey]:
        return [key for key in self._keys.of_form(form) if not key.is_destroyed]

    def _current(self, form: str) -> DataKey:
        for _ in range(ATTEMPTS):
            keys = self._keys.of_form(form)
            key = keys[-1] if keys and keys[-1].is_current else self._add(form, len(keys) and keys[-1].number)
            if key.is_current:
                return key
        raise Refused("unavailable", "This form's photos are being destroyed at this moment; try again.")

    def _add(self, form: str, last: int) -> DataKey:
        secret, number = new_data_key(), last + 1
        owner, version = f"{form} {number}", self._encryption.version
        wrapped = self._encryption.wrap(owner, secret)
        new = DataKey(form, number, sha256(secret).hexdigest(), version, wrapped, created_at=self._clock.now())
        return self._keys.add(new)

    def _unwrapped(self, key: DataKey) -> bytes:
        try:
            return self._encryption.unwrap(key.owner, key.version, key.wrapped)
        except Unopenable as error:
            raise Refused(
                "unavailable", "The key of this form's photos cannot be opened; an operator must check it."
            ) from error

    def _intact(self, name: str, key: DataKey, limit: int) -> bytes | None:
        """The content under this key, None if it is not there or does not open."""
        try:
            return self._opened(name, key, limit)
        except Refused as refused:
            if refused.code != "not-found":
                raise
        return None

    def _opened(self, name: str, key: DataKey, limit: int) -> bytes | None:
        """The content, None if it does not open. Raises Refused("not-found") and the like."""
        stored = self._objects.get(place(name, key.number), limit + OVERHEAD)
        try:
            return open_sealed(self._unwrapped(key), place(name, key.number), stored)
        except Unopenable:
            return None


def place(name: str, number: int) -> str:
    """The object of a photo: its name, with the number of its key."""
    folder, form, file = name.split("/")
    return f"{folder}/{form}/{number}/{file}"


def _form(name: str) -> str:
    return name.split("/")[1]
