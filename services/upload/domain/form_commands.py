"""Commands of a form. photo: SHA-256 of the cleaned bytes. by, how, reason: words of the contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Archive:
    """Archive a photo of page 1 that matches the pupil and is stored already. on: the day on which it arrived."""

    photo: str
    by: str
    how: str
    on: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Let a photo wait for a person."""

    photo: str
    by: str
    how: str
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Archive a waiting photo. on: the day of the decision. guardian: whether a guardian decides.

    Guardians decide only about a second photo beside their own.
    """

    photo: str
    on: str
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    """Record that the archive was reviewed and is good."""

    photo: str


@dataclass(frozen=True, slots=True)
class Return:
    """Ask the family for another photo."""

    photo: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Put these photos on hold, archived or waiting: somebody sent them who is no guardian of the pupil."""

    photos: frozenset[str]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraw the archive and every waiting photo. by: only those of this kind of sender, "" for all."""

    by: str = ""


@dataclass(frozen=True, slots=True)
class KeepOnPaper:
    """Record that the form stays on paper, by refusal or impossibility."""

    reason: str


Command = Archive | Flag | Confirm | Accept | Return | Hold | Withdraw | KeepOnPaper
