"""Intake: takes one photo from its ticket to its outcome. Any number of workers; when one dies, another takes over.

Claim, fetch, examine, match, store the object, record the event, settle the record, delete the incoming object. This
order makes every step safe to repeat: after an interruption the whole is done again and changes nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from timeit import default_timer

from services.upload.dependencies import Dependencies
from services.upload.domain.form_commands import Archive, Flag, Hold
from services.upload.domain.matching import PageOneQr, UploadTarget, match
from services.upload.domain.outcome import ARCHIVED, DAMAGED, DUPLICATE, REASONS, REFUSED, TOO_LARGE, WITHDRAWN, Outcome
from services.upload.image.examined import MAX_BYTES, ExaminedPhoto, RejectedImage
from services.upload.photos.protocol import SentPhoto, archive_name, waiting_name
from services.upload.photos.sealed_objects import Sealed
from services.upload.use_cases.device import count_burst
from shared.eventsourcing.store import CommandContext
from shared.infrastructure import tracing
from shared.infrastructure.clock import day_of
from shared.infrastructure.correlation import within
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import INTAKE_SECONDS, PHOTO_WAIT_SECONDS, in_advance
from shared.language.codes import SERIAL, UPLOAD, PageOne, PageTwo, code_hash, is_proven
from shared.sandbox.sandbox import JobFailed, Stalled

LEASE_MS = 30_000  # longer than any check (decoder.LIMITS); afterwards the worker counts as dead
PAUSE_MS = 2_000  # before the next attempt at a photo that could not be checked for a reason outside it
MAX_ATTEMPTS = 5  # a photo that has crashed so many workers is refused
BUSY_MS = 6 * 3_600_000  # a machine may be too busy for so long; a photo that is not checked in time is slow itself
UNAVAILABLE_SECONDS = 2.0  # between two attempts to reach a store
KNOWN_OUTCOMES = ((ARCHIVED, ""), *((state, reason) for state, reasons in REASONS.items() for reason in reasons))
log = logging.getLogger("intake")


class Intake:
    """stop: ends the wait for an unavailable document store."""

    def __init__(self, deps: Dependencies, stop: threading.Event | None = None) -> None:
        self._deps, self._stop = deps, stop or threading.Event()
        in_advance(KNOWN_OUTCOMES, INTAKE_SECONDS)

    def run_once(self) -> bool:
        """Settle the photo that has been due for longest. Returns True if there was one."""
        photo = self._deps.photos.claim(self._deps.clock.now(), LEASE_MS)
        if not photo:
            return False
        with within(photo.correlation_id), tracing.span(tracing.JOB, "check photo"):
            return self._settle(photo)

    def _settle(self, photo: SentPhoto) -> bool:
        began = default_timer()
        try:
            settled = self.check(photo)
        except Stalled:
            self._postpone(photo)
            return True
        except JobFailed:
            # Counts as an attempt, too: a photo that the program fails at must not come back for ever.
            log.exception("photo not checked, its job failed", extra={"photo": photo.id})
            return True
        except Exception as error:
            self._put_back(photo, error)
            if isinstance(error, Refused):
                raise
            return True
        self._until_available(lambda: self._record_outcome(settled))
        self._deps.objects.remove(photo.incoming)
        self._tell(settled, default_timer() - began)
        count_burst(self._deps, settled)
        return True

    def _record_outcome(self, photo: SentPhoto) -> None:
        """Settle the record; a photo that was to be held meanwhile is held before, so that it never stays archived."""
        photo = replace(photo, hold="")  # not done yet, though it may have been known when the check began
        while not self._deps.photos.settle(photo):
            known = self._deps.photos.get(photo.id)
            photo = replace(photo, hold=known.hold if known else "")
            if photo.sha256:
                context = CommandContext(f"hold:{photo.id}", photo.account, photo.hold)
                hold = Hold(frozenset({photo.sha256}))
                handled = self._deps.handle(photo.campaign, photo.pupil, hold, context)
                photo = replace(photo, outcome=handled.state.outcome_of(photo.sha256))

    def _tell(self, photo: SentPhoto, seconds: float) -> None:
        outcome = photo.outcome
        log.info("photo checked", extra={"photo": photo.id, "state": outcome.state, "reason": outcome.reason})
        INTAKE_SECONDS.labels(outcome.state, outcome.reason).observe(seconds)
        PHOTO_WAIT_SECONDS.observe(max(0, self._deps.clock.now() - photo.received_at) / 1000)

    def check(self, photo: SentPhoto) -> SentPhoto:
        """The photo with its outcome; its object and its event are stored when this returns.

        Raises Refused("unavailable") when a store is unavailable.
        """
        if photo.attempts > MAX_ATTEMPTS:
            log.error("photo crashes its workers", extra={"photo": photo.id})
            return replace(photo, outcome=Outcome(REFUSED, DAMAGED))
        if self._deps.photos.is_closed(photo):  # while it was recorded: who closed the ticket has not seen it
            return replace(photo, outcome=Outcome(REFUSED, WITHDRAWN))
        try:
            content = self._deps.objects.get(photo.incoming, MAX_BYTES)
            examined = self._deps.decoder.examine(content)
        except RejectedImage as rejected:
            return replace(photo, outcome=rejected.outcome)
        except Refused as refused:
            return replace(photo, outcome=_unfetched(photo, refused))
        photo = replace(photo, content=sha256(content).hexdigest(), cut_short=examined.is_cut_short)
        outcome = self._match(photo, examined)
        if outcome.state == REFUSED:
            return replace(photo, outcome=outcome)
        sealed = self._store(photo, outcome, examined.jpeg)
        photo = replace(photo, sha256=sealed.sha256)
        outcome = self._record(photo, outcome)
        self._deps.sealed.confirm(sealed)
        return replace(photo, outcome=outcome)

    def _match(self, photo: SentPhoto, examined: ExaminedPhoto) -> Outcome:
        entry = self._deps.roster_view.entry(photo.campaign, photo.pupil)
        sheets = (entry.sheet, entry.void_sheets) if entry else ("", ())
        target = UploadTarget(photo.campaign, photo.pupil, *sheets)
        page_ones = [self._with_owner(qr, qr in examined.whole) for qr in examined.qr_codes if isinstance(qr, PageOne)]
        page_two = any(isinstance(qr, PageTwo) for qr in examined.qr_codes)
        return match(target, page_ones, page_two, examined.another_sheet)

    def _with_owner(self, qr: PageOne, whole: bool) -> PageOneQr:
        key = self._deps.code_key
        owner = self._deps.roster_view.entry_of_code(code_hash(UPLOAD, qr.code, key))
        return PageOneQr(
            owner.campaign if owner else "",
            owner.pupil if owner else "",
            code_hash(SERIAL, qr.serial, key),
            ours=qr.portal in self._deps.portals,
            proven=is_proven(qr.serial, qr.code, key),
            whole=whole,
        )

    def _store(self, photo: SentPhoto, outcome: Outcome, jpeg: bytes) -> Sealed:
        """Store the cleaned photo, sealed, under its SHA-256.

        The same content keeps its earlier name, even if cleaning has changed since.
        """
        photos, name = self._deps.sealed, sha256(jpeg).hexdigest()
        name_of = archive_name if outcome.state == ARCHIVED else waiting_name
        for earlier in self._deps.photos.of_form(photo.form):
            is_same = earlier.content == photo.content and earlier.sha256 not in ("", name)
            if is_same and photos.holds(kept := name_of(photo.form, earlier.sha256)):
                return photos.put_once(kept, photos.get(kept, MAX_BYTES))
        return photos.put_once(name_of(photo.form, name), jpeg)

    def _record(self, photo: SentPhoto, matched: Outcome) -> Outcome:
        """Record the event. Returns the outcome in the form: its rules may differ from the match, or know the photo."""
        command = (
            Archive(photo.sha256, photo.by, photo.how, day_of(photo.received_at))
            if matched.state == ARCHIVED
            else Flag(photo.sha256, photo.by, photo.how, matched.reason)
        )
        context = CommandContext(f"photo:{photo.id}", photo.account or f"ticket:{photo.id}")
        handled = self._deps.handle(photo.campaign, photo.pupil, command, context)
        outcome: Outcome = handled.state.outcome_of(photo.sha256)
        return outcome if handled.events or outcome.reason else Outcome(outcome.state, DUPLICATE)

    def _postpone(self, photo: SentPhoto) -> None:
        """Leave a photo that was not checked in time for later, each time half as long as it has waited.

        Whether the machine or the photo was too slow is not known: for hours it is taken to be the machine, as on the
        last evening; afterwards the claim ends with its lease and counts as an attempt.
        """
        log.warning("photo not checked in time", extra={"photo": photo.id})
        now = self._deps.clock.now()
        waited = now - photo.received_at
        if waited < BUSY_MS:
            self._until_available(lambda: self._deps.photos.put_back(photo, now + max(PAUSE_MS, waited // 2)))

    def _put_back(self, photo: SentPhoto, error: Exception) -> None:
        extra = {"photo": photo.id}
        log.warning("photo not checked, trying again", exc_info=not isinstance(error, Refused), extra=extra)
        self._until_available(lambda: self._deps.photos.put_back(photo, self._deps.clock.now() + PAUSE_MS))

    def _until_available(self, act: Callable[[], None]) -> None:
        """Try until the document store is available: an abandoned claim would look like a crash caused by the photo."""
        while True:
            try:
                return act()
            except Refused as refused:
                log.warning("waiting", extra={"cause": refused.code})
                if self._stop.wait(UNAVAILABLE_SECONDS):
                    raise


def _unfetched(photo: SentPhoto, refused: Refused) -> Outcome:
    """The outcome of a photo that is not in the object store as announced. Raises Refused("unavailable")."""
    if refused.code == "unavailable":
        raise refused
    log.error("photo cannot be fetched", extra={"photo": photo.id, "cause": refused.code})
    return Outcome(REFUSED, TOO_LARGE if refused.code == "too-large" else DAMAGED)
