"""The vocabulary of scripts: word -> function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from drill import correcting, misuse, registering, reviewing, schooling, sending
from drill.family import Family

# A step is one of these words or a kind of photo, optionally followed by the actor.
STEPS: Mapping[str, Callable[..., Any]] = {
    "register": registering.register,
    "second": registering.second,
    "ask": registering.ask,
    "approve": registering.approve,
    "reject": registering.reject,
    "leave": registering.leave,
    "unbind": misuse.unbind,
    "report-misuse": misuse.report,
    "release-held": misuse.release,
    "discard-held": misuse.discard,
    "close-case": misuse.close,
    "withdraw-consent": registering.withdraw_consent,
    "withdraw-by-codes": registering.withdraw_by_codes,
    "adopt": registering.adopt,
    "reissue": registering.reissue,
    "archive-waiting": reviewing.archive_waiting,
    "return-waiting": reviewing.return_waiting,
    "accept": reviewing.accept,
    "return": reviewing.return_archived,
    "paper": reviewing.paper,
    "withdraw": reviewing.withdraw,
    "reprint": schooling.reprint,
    "correct": correcting.correct,
    "correct-key-field": correcting.correct_key_field,
    "refuse-correction": correcting.refuse_correction,
    "reprint-corrected": correcting.reprint_corrected,
    "move": schooling.move,
    "transfer": schooling.transfer,
    "suspend": schooling.suspend,
    "resume": schooling.resume,
    "leave-school": schooling.leave_school,
    "open-business": schooling.open_business,
    "close-business": schooling.close_business,
}


def do(family: Family, step: str, everybody: Sequence[Family]) -> None:
    """Do one step of a script. everybody: families whose form may be mistaken for this one's."""
    word, _, who = step.partition(" ")
    if word in sending.KINDS:
        other = (
            family.random.choice([f for f in everybody if f.sheet and f.id != family.id]) if word == "other" else None
        )
        sending.send(family, word, who, other)
    else:
        STEPS[word](family, *([who] if who else []))
