"""What identity publishes: which pupils have a guardian. Accounts are opaque ids; names stay in identity."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.language.contracts.contract import PUPIL, EventType, StreamType, Strict

PUBLISHER = "identity"
ACCOUNT = validate.Regexp(r"^[0-9a-f-]{8,40}\Z")


class BindingState(Strict):
    """guardians: accounts bound to the pupil. waiting: accounts that wait for a guardian's or the class teacher's yes."""

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


def _now(guardians: list[str], waiting: list[str]) -> dict[str, object]:
    return {"pupil": _PUPIL, "guardians": guardians, "waiting": waiting}


BINDINGS = StreamType(
    "binding",
    "binding-<pupil>",
    "Who may act for a pupil.",
    BindingState,
    (
        EventType(
            "binding.bound",
            "The first guardian with the registration code and the birth date is bound.",
            OfAccount,
            ({"account": _FIRST}, _now([_FIRST], [])),
        ),
        EventType(
            "binding.requested",
            "A further guardian waits for a yes.",
            OfAccount,
            ({"account": _SECOND}, _now([_FIRST], [_SECOND])),
        ),
        EventType(
            "binding.accepted",
            "The waiting guardian is bound.",
            OfAccount,
            ({"account": _SECOND}, _now([_FIRST, _SECOND], [])),
        ),
        EventType(
            "binding.declined",
            "The waiting guardian is not bound.",
            OfAccount,
            ({"account": _SECOND}, _now([_FIRST], [])),
        ),
        EventType(
            "binding.dissolved",
            "A guardian is bound no more: a mistaken parent keeps the account and loses the binding.",
            OfAccount,
            ({"account": _FIRST}, _now([], [])),
        ),
    ),
)

STREAMS = (BINDINGS,)
