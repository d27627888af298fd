"""The intake: takes photos one by one, checks them, archives what is good. Any number of workers; one that dies is followed by another.

Objects first, events second, the record last: whatever is cut off in between is done again, and changes nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from services.upload.dependencies import Dependencies
from services.upload.domain.form_commands import Archive, Flag
from services.upload.domain.matching import ARCHIVED, REFUSED, Named, Seen, Verdict, match
from services.upload.image.examine import MAX_BYTES, Examined, Unfit, examine
from services.upload.photos.protocol import INCOMING, SETTLED, Outcome, Photo, archive_name, waiting_name
from services.upload.use_cases.photo_status import DUPLICATE, standing_of
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language.codes import SERIAL, UPLOAD, PageOne, PageTwo, code_hash

LEASE_MS = 30_000  # far longer than any check; after it the worker counts as dead (one that was only slow does no harm)
PAUSE_MS = 2_000  # before a photo is tried again that could not be checked through no fault of its own
MOST_ATTEMPTS = 5  # a photo whose check has killed so many workers is not tried again
IDLE_SECONDS, UNAVAILABLE_SECONDS = 0.3, 2.0
GRACE_MS = 86_400_000  # how long an expired ticket is kept
SWEEP_EVERY, SWEEP_MOST = 600, 100  # idle rounds; tickets and objects
log = logging.getLogger("intake")


class Intake:
    def __init__(self, deps: Dependencies) -> None:
        self._deps, self._swept = deps, ""  # the last name under INCOMING that was looked at
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. Stores away: say so and try again, for ever."""
        self._stop, idle = stop, 0
        while not stop.is_set():
            try:
                idle = 0 if self.run_once() else idle + 1
                if idle % SWEEP_EVERY == 1:
                    self.sweep()
            except Refused as refused:
                log.warning("waiting", extra={"cause": refused.code})
                stop.wait(UNAVAILABLE_SECONDS)
            if idle:
                stop.wait(IDLE_SECONDS)

    def run_once(self) -> bool:
        """Check the photo that has waited longest: whether there was one."""
        photo = self._deps.photos.claim(self._deps.clock.now(), LEASE_MS)
        if not photo:
            return False
        try:
            outcome = self.check(photo)
        except Exception as error:
            log.warning(
                "photo not checked, trying again", exc_info=not isinstance(error, Refused), extra={"photo": photo.id}
            )
            self._insist(lambda: self._deps.photos.put_back(photo, self._deps.clock.now() + PAUSE_MS))
            if isinstance(error, Refused):
                raise
            return True
        self._insist(lambda: self._deps.photos.settle(photo.id, outcome))
        self._deps.objects.remove(photo.incoming)
        log.info("photo checked", extra={"photo": photo.id, "state": outcome.state, "reason": outcome.reason})
        return True

    def _insist(self, act: Callable[[], None]) -> None:
        """As soon as the document store is there. A worker that forgot the photo now would have it look as if the photo had killed it."""
        while True:
            try:
                return act()
            except Refused as refused:
                log.warning("waiting", extra={"cause": refused.code})
                if self._stop.wait(UNAVAILABLE_SECONDS):
                    raise

    def check(self, photo: Photo) -> Outcome:
        """What becomes of a photo; its object and its event are safe when this returns. Raises Refused when a store is away."""
        if photo.attempts > MOST_ATTEMPTS:
            log.error("photo kills its workers", extra={"photo": photo.id})
            return Outcome(REFUSED, "damaged")
        try:
            content = self._deps.objects.get(photo.incoming, MAX_BYTES)
            examined = examine(content)
        except Unfit as unfit:
            return Outcome(REFUSED, unfit.reason)
        except Refused as refused:
            if refused.code == "unavailable":
                raise
            log.error("photo cannot be fetched", extra={"photo": photo.id, "cause": refused.code})
            return Outcome(REFUSED, "too-large" if refused.code == "too-large" else "damaged")
        verdict = self._match(photo, examined)
        if verdict.state == REFUSED:
            return Outcome(REFUSED, verdict.reason, sha256(content).hexdigest())
        return self._keep(photo, verdict, sha256(content).hexdigest(), examined.jpeg)

    def _match(self, photo: Photo, examined: Examined) -> Verdict:
        view, key = self._deps.view, self._deps.code_key
        entry = view.entry(photo.campaign, photo.pupil)
        seen = []
        for mark in examined.marks:
            if isinstance(mark, PageOne):
                owner = view.entry_of_code(code_hash(UPLOAD, mark.code, key))
                seen.append(
                    Seen(
                        owner.campaign if owner else "",
                        owner.pupil if owner else "",
                        code_hash(SERIAL, mark.serial, key),
                    )
                )
        named = Named(photo.campaign, photo.pupil, entry.void_sheets if entry else ())
        return match(named, seen, any(isinstance(mark, PageTwo) for mark in examined.marks))

    def _keep(self, photo: Photo, verdict: Verdict, content: str, jpeg: bytes) -> Outcome:
        """The object, then the event."""
        good = verdict.state == ARCHIVED
        name = self._put(photo, archive_name if good else waiting_name, content, jpeg)
        command = (
            Archive(name, photo.by, photo.how, day_of(photo.received_at))
            if good
            else Flag(name, photo.by, photo.how, verdict.reason)
        )
        context = CommandContext(f"photo:{photo.id}", photo.account or f"ticket:{photo.id}")
        handled = self._deps.command(photo.campaign, photo.pupil, command, context)
        standing = standing_of(replace(photo, sha256=name), handled.state)
        return Outcome(
            standing.state, standing.reason if handled.events else standing.reason or DUPLICATE, content, name
        )

    def _put(self, photo: Photo, place: Callable[[str, str], str], content: str, jpeg: bytes) -> str:
        """The name of the cleaned photo, which is safe now. The same content keeps the name it had, should cleaning have changed since."""
        objects, name = self._deps.objects, sha256(jpeg).hexdigest()
        for earlier in self._deps.photos.of_form(photo.form):
            if (
                earlier.content == content
                and earlier.sha256 not in ("", name)
                and objects.stat(place(photo.form, earlier.sha256))
            ):
                return earlier.sha256
        objects.put_once(place(photo.form, name), jpeg, "image/jpeg")
        return name

    def sweep(self) -> None:
        """Drop tickets that were never completed, with what was uploaded for them, and what came too late or was left by a worker that died."""
        for photo in self._deps.photos.abandoned(self._deps.clock.now() - GRACE_MS, SWEEP_MOST):
            if self._deps.photos.give_up(photo.id):
                self._deps.objects.remove(photo.incoming)
                self._deps.photos.forget(photo.id)
        names = self._deps.objects.names(INCOMING, self._swept, SWEEP_MOST)
        self._swept = names[-1] if len(names) == SWEEP_MOST else ""
        for name in names:
            decided = self._deps.photos.get(name.removeprefix(INCOMING))
            if (
                decided and decided.state in SETTLED
            ):  # what is of no photo stays: some stores show under a name of theirs what is being written
                self._deps.objects.remove(name)
