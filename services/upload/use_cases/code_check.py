"""Checking an upload code before a photo is taken."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.dependencies import Dependencies
from services.upload.use_cases.sender import may_send, sender_of
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """A code of a running campaign; nothing about the pupil. accepted: the caller may send a photo with it."""

    campaign: str
    accepted: bool


def check_code(deps: Dependencies, caller: Caller, upload_code: str) -> CheckedCode:
    """Raises Refused as a ticket for this code would.

    Where the region has switched upload by code alone off, the answer is a no and not a refusal: every family that
    scans its paper asks, and the security log is for those who go on.
    """
    sender = sender_of(deps, caller, {"upload_code": upload_code})
    return CheckedCode(sender.entry.campaign, may_send(deps, sender))
