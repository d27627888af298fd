"""Public events of identity: the guardians of pupils. Accounts are opaque ids; names stay in identity."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.contracts.contract import PUPIL, EventType, StreamType, Strict

PUBLISHER = "identity"
ACCOUNT = validate.Regexp(r"^[0-9a-f-]{8,40}\Z")


class BindingState(Strict):
    """guardians: accounts bound to the pupil. waiting: accounts whose request nobody has decided yet."""

    pupil = fields.String(required=True, validate=PUPIL)
    guardians = fields.List(fields.String(validate=ACCOUNT), required=True)
    waiting = fields.List(fields.String(validate=ACCOUNT), required=True)


class OfAccount(Strict):
    account = fields.String(required=True, validate=ACCOUNT)


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
            "binding.bound",
            "The first guardian with the registration code and the birth date is bound.",
            OfAccount,
            ({"account": _FIRST}, _state([_FIRST], [])),
        ),
        EventType(
            "binding.requested",
            "A further guardian asks to be bound.",
            OfAccount,
            ({"account": _SECOND}, _state([_FIRST], [_SECOND])),
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
            OfAccount,
            ({"account": _FIRST}, _state([], [])),
        ),
    ),
)

STREAMS = (BINDINGS,)
