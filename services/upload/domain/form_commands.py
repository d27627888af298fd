"""What can be asked of a form. A photo is named by the SHA-256 of its cleaned bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Archive:
    """A readable photo of page 1 that matches the pupil; its bytes lie in the archive already. by, how: of the contract. on: the day it arrived."""

    photo: str
    by: str
    how: str
    on: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A photo that a person has to look at, and why."""

    photo: str
    by: str
    how: str
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The one tap that archives a waiting photo. on: the day of the tap. guardian: it is a guardian's, who may only settle which of two is current."""

    photo: str
    on: str
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    """Reviewed and good."""

    photo: str


@dataclass(frozen=True, slots=True)
class Return:
    """The family is asked for another photo. reason: of the contract."""

    photo: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Everything that is archived or waiting."""


@dataclass(frozen=True, slots=True)
class KeepOnPaper:
    """Refusal or impossibility. reason: of the contract."""

    reason: str


Command = Archive | Flag | Confirm | Accept | Return | Withdraw | KeepOnPaper
