"""Wrap every data key of the photos by the newest key-encryption key. No photo is read or written.

    python -m services.upload.operator.rotate_keys

Before: every process of upload runs with both versions in PHOTO_KEYS. Afterwards the older one can be dropped.
"""

from __future__ import annotations

import sys

from services.upload.dependencies import key_store
from services.upload.photos.data_keys import DataKeys
from services.upload.photos.envelope import KeyEncryption, Unopenable
from services.upload.settings import Settings
from shared.infrastructure.clock import clock_from
from shared.infrastructure.config import fail, load
from shared.infrastructure.log_setup import set_up
from shared.infrastructure.security_log import security_event

BATCH = 500


def rotate(keys: DataKeys, encryption: KeyEncryption) -> int:
    """Returns the number of keys wrapped anew. Raises Unopenable at a key of a version that is not in the settings."""
    rewrapped = 0
    while found := keys.wrapped_otherwise(encryption.version, BATCH):
        for key in found:
            secret = encryption.unwrap(key.owner, key.version, key.wrapped)
            rewrapped += keys.rewrap(key, encryption.version, encryption.wrap(key.owner, secret))
    security_event("keys", what="rotated", version=encryption.version, keys=rewrapped)
    return rewrapped


def main() -> None:
    settings = load(Settings)
    set_up("upload", clock_from(settings.clock), to=sys.stderr, security_folder=settings.security_log)
    encryption = KeyEncryption(settings.photo_keys)
    try:
        rewrapped = rotate(key_store(settings), encryption)
    except Unopenable as error:
        fail(f"Stopped: {error}. Keep every version in PHOTO_KEYS that still wraps a key.")
    sys.stdout.write(f"{rewrapped} data keys wrapped anew; all are under version {encryption.version} now.\n")


if __name__ == "__main__":
    main()
