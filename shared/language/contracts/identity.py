"""Public events of identity: the guardians of pupils. Accounts are opaque ids; names stay in identity."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.contracts.contract import PUPIL, EventType, StreamType, Strict

PUBLISHER = "identity"
ACCOUNT = validate.Regexp(r"^[0-9a-f-]{8,40}\Z")
CONSENT = validate.Regexp(r"^[0-9]{4}-[0-9]{2}\Z")
# Why a binding ended: page 2 of another family was used; no guardian of this child; the family wishes it; another
# reason; the guardian left.
UNBINDING = ("wrong-code", "not-guardian", "family-asks", "other", "left")


class BindingState(Strict):
    """guardians: accounts bound to the pupil. waiting: accounts whose request nobody has decided yet."""

    pupil = fields.String(required=True, validate=PUPIL)
    guardians = fields.List(fields.String(validate=ACCOUNT), required=True)
    waiting = fields.List(fields.String(validate=ACCOUNT), required=True)


class OfAccount(Strict):
    account = fields.String(required=True, validate=ACCOUNT)


class Consented(OfAccount):
    """version: of the text of consent."""

    version = fields.String(required=True, validate=CONSENT)


class Asked(OfAccount):
    """listed: whether the roster lists the account's name and relation for the pupil."""

    listed = fields.Boolean(required=True, truthy={True}, falsy={False})


class Dissolved(OfAccount):
    reason = fields.String(required=True, validate=validate.OneOf(UNBINDING))


_PUPIL, _FIRST, _SECOND = (
    "3f7.018f2ab47c9d01e5f6a7",
    "0190d6a0-0000-7000-8000-000000000001",
    "0190d6a0-0000-7000-8000-000000000002",
)


def _state(guardians: list[str], waiting: list[str]) -> dict[str, object]:
    return {"pupil": _PUPIL, "guardians": guardians, "waiting": waiting}


BINDINGS = StreamType(
    "binding",
    "binding-<pupil>",
    "The guardians of a pupil: bound, or waiting for a decision.",
    BindingState,
    (
        EventType(
            "binding.consented",
            "A guardian consents, for this child, to the text of this version.",
            Consented,
            ({"account": _FIRST, "version": "2026-12"}, _state([], [])),
        ),
        EventType(
            "binding.bound",
            "The first guardian whom the roster lists gave registration code and birth date, and is bound.",
            Asked,
            ({"account": _FIRST, "listed": True}, _state([_FIRST], [])),
        ),
        EventType(
            "binding.requested",
            "A further guardian, or one whom the roster does not list, asks to be bound.",
            Asked,
            ({"account": _SECOND, "listed": False}, _state([_FIRST], [_SECOND])),
        ),
        EventType(
            "binding.accepted",
            "The waiting guardian is bound.",
            OfAccount,
            ({"account": _SECOND}, _state([_FIRST, _SECOND], [])),
        ),
        EventType(
            "binding.declined",
            "The waiting guardian is not bound.",
            OfAccount,
            ({"account": _SECOND}, _state([_FIRST], [])),
        ),
        EventType(
            "binding.dissolved",
            "A guardian is no longer bound; a mistaken parent keeps the account and loses the binding.",
            Dissolved,
            ({"account": _FIRST, "reason": "wrong-code"}, _state([], [])),
        ),
        EventType(
            "binding.consent-withdrawn",
            "A guardian withdraws the consent for this child and is no longer bound; the photos are withdrawn before.",
            OfAccount,
            ({"account": _FIRST}, _state([], [])),
        ),
    ),
)

STREAMS = (BINDINGS,)
