"""Decoding of photos, always in the sandbox: this process never loads a decoder.

A child's answer is checked as if anybody had sent it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.upload.domain.outcome import DAMAGED, REASONS, REFUSED, TOO_COSTLY
from services.upload.image.examined import ExaminedPhoto, QrCode, RejectedImage
from shared.language.codes import REGISTRATION, UPLOAD, PageOne, PageTwo, is_code, is_serial
from shared.sandbox.sandbox import Answer, LimitExceeded, Limits, Runner, Sandbox

EXAMINE, THUMBNAIL = "services.upload.image.jobs:examine", "services.upload.image.jobs:thumbnail"
# Beyond the 25 s of a job a claim lasts another 5 s (intake.LEASE_MS). The largest photos that are decoded take 3 s of
# processor time and 800 MB.
LIMITS = Limits(memory=1 << 30, cpu_seconds=10, wall_seconds=20, wait_seconds=5, answer=16 << 20)
MOST_CODES, LONGEST_SIDE, LONGEST_ADDRESS = 100, 65_535, 4_300  # a QR holds 4,296 characters
JPEG_BEGINS = b"\xff\xd8\xff"


def photo_sandbox(processes: int) -> Sandbox:
    return Sandbox((EXAMINE, THUMBNAIL), processes, LIMITS)


class Decoder:
    """Every method raises RejectedImage, also at a limit, Unfinished for reasons outside the photo, and JobFailed."""

    def __init__(self, sandbox: Runner) -> None:
        self._sandbox = sandbox

    def examine(self, content: bytes) -> ExaminedPhoto:
        """Clean a photo and read its QR codes."""
        answer = self._run(EXAMINE, content)
        try:
            return _examined(answer)
        except (KeyError, TypeError, ValueError) as error:
            raise RejectedImage(DAMAGED) from error

    def thumbnail(self, jpeg: bytes) -> bytes:
        """A cleaned photo at a size for lists."""
        return _jpeg(self._run(THUMBNAIL, jpeg))

    def _run(self, function: str, content: bytes) -> Answer:
        try:
            answer = self._sandbox.run(function, content)
        except LimitExceeded as exceeded:
            raise RejectedImage(DAMAGED if exceeded.limit == "crash" else TOO_COSTLY) from exceeded
        if not isinstance(answer.facts, dict):
            raise RejectedImage(DAMAGED)
        if "rejected" in answer.facts:
            reason = answer.facts["rejected"]
            raise RejectedImage(reason if reason in REASONS[REFUSED] else DAMAGED)
        return answer


def _examined(answer: Answer) -> ExaminedPhoto:
    facts = answer.facts
    width, height, codes = facts["width"], facts["height"], facts["qr_codes"]
    if not all(type(side) is int and 0 < side <= LONGEST_SIDE for side in (width, height)):
        raise ValueError("sides")
    if not isinstance(codes, list) or len(codes) > MOST_CODES:
        raise ValueError("codes")
    read = [(_qr_code(code), code["whole"]) for code in codes]
    whole = tuple(code for code, is_whole in read if is_whole is True)
    told = [facts.get(fact) is True for fact in ("is_cut_short", "another_sheet")]
    return ExaminedPhoto(_jpeg(answer), width, height, tuple(code for code, _ in read), whole, *told)


def _qr_code(code: Mapping[str, Any]) -> QrCode:
    text = code["code"]
    if not isinstance(text, str) or not is_code(text, REGISTRATION if code["page"] == 2 else UPLOAD):
        raise ValueError("code")
    if code["page"] == 2:
        return PageTwo(text)
    serial, portal = code["serial"], code["portal"]
    if not isinstance(serial, str) or not is_serial(serial):
        raise ValueError("serial")
    if not isinstance(portal, str) or len(portal) > LONGEST_ADDRESS:
        raise ValueError("portal")
    return PageOne(text, serial, portal)


def _jpeg(answer: Answer) -> bytes:
    if not answer.content.startswith(JPEG_BEGINS):
        raise RejectedImage(DAMAGED)
    return answer.content
