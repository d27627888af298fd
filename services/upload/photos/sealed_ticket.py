"""Tickets without a record: what is known of an announced photo, sealed under TICKET_KEY and kept by the client.

The seal is authenticated encryption (AES-256-GCM) bound to the ticket's id: nobody can make a ticket, change its size
or its end, or use it under another id; and a sender by the upload code alone does not learn the pupil from it. A ticket
is good for one photo: its id is the record's, and a store holds an id once.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from services.upload.photos.protocol import SentPhoto
from shared.infrastructure.derived_keys import derive
from shared.infrastructure.pii import Sealer, Unreadable

CLAIMS = ("campaign", "pupil", "by", "account", "fingerprint", "size", "created_at", "expires_at", "device", "receipt")
LONGEST = 2000  # characters of a token


def seal(ticket_key: bytes, photo: SentPhoto) -> str:
    """The token of the ticket of an announced photo."""
    sealed = Sealer(derive(ticket_key, "sealed tickets")).seal(
        photo.id, {name: getattr(photo, name) for name in CLAIMS}
    )
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(ticket_key: bytes, id: str, token: str) -> SentPhoto | None:
    """The photo of the ticket with this id, None if the token is not ours or is another ticket's."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return SentPhoto(id, **Sealer(derive(ticket_key, "sealed tickets")).open(id, sealed))
    except (NotBase64, Unreadable):
        return None
