"""The sender of a photo and the form for which it is sent: by an account, or by the upload code on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.upload.authorization import entry_for, entry_of_code, in_scope, require_running
from services.upload.dependencies import Dependencies
from services.upload.roster_view.view import Entry
from services.upload.use_cases.device import device_of
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.permissions import SEND_PHOTOS
from shared.service.auth import Caller, require_permission

BY_CODE = "code"  # of the contract's BY


@dataclass(frozen=True, slots=True)
class Sender:
    """by: word of the contract. account: "" without one. actor: the account, else the hash of the upload code.

    device: of a sender without an account, see device.py.
    """

    entry: Entry
    by: str
    account: str
    actor: str
    device: str = ""


def sender_of(
    deps: Dependencies, caller: Caller, asked: Mapping[str, Any], *, source: str = "", browser: str = ""
) -> Sender:
    """asked: pupil or upload_code, optionally campaign. Raises Refused.

    The code on the paper is enough for anybody; without the pupil in scope, the photo counts as sent by code.
    """
    entry = _entry(deps, caller, asked)
    require_running(deps.roster_view, entry, deps.clock.now())
    by = caller.role if in_scope(caller, entry, deps.roster_view) else BY_CODE
    device = "" if caller.account else device_of(deps, source, browser)
    return Sender(entry, by, caller.account, caller.account or f"code:{entry.upload_code}", device)


def may_send(deps: Dependencies, sender: Sender) -> bool:
    """False for the upload code alone where the region has not switched that way on."""
    return sender.by != BY_CODE or deps.roster_view.takes_code_alone(sender.entry)


def code_alone_off() -> Refused:
    return Refused(
        "code-alone-off",
        "The region of this form has not switched the way by the upload code alone on. Ask the class teacher to upload "
        "the form, or register with the registration code on page 2 and send the photo from that account.",
        kind="outside-scope",
        where="upload_code",
    )


def _entry(deps: Dependencies, caller: Caller, asked: Mapping[str, Any]) -> Entry:
    if typed := asked.get("upload_code"):
        entry = entry_of_code(deps.roster_view, deps.code_key, typed)
        if asked.get("pupil", entry.pupil) != entry.pupil or asked.get("campaign", entry.campaign) != entry.campaign:
            raise Refused(
                "other-child", "This upload code belongs to another pupil or another campaign.", where="upload_code"
            )
        return entry
    require_permission(caller, SEND_PHOTOS)
    campaign = deps.roster_view.campaign(asked.get("campaign", ""), day_of(deps.clock.now()))
    return entry_for(caller, deps.roster_view, campaign, asked["pupil"])
