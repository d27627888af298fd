"""The policy for passwords, after NIST SP 800-63B: length, and nothing that attackers try first; no composition."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from zxcvbn import zxcvbn

from shared.infrastructure.errors import Refused
from shared.language import password_lengths

EASY_GUESSES = 10**8  # within reach of an attacker who tries for months
ESTIMATED = 72  # characters that the estimator looks at; what follows makes no password easier
# Words of this place, and what Chinese lists of stolen passwords begin with, which the estimator's list lacks.
CONTEXT = """
rollcall dianming xueji xuejihecha hecha xuesheng jiazhang xuexiao banzhuren jiaoyu ministry county school teacher
guardian admin administrator woaini woaini1314 woaini520 1314520 5201314 520520 1314521 aini1314
"""
PLACE = tuple(CONTEXT.split())


def tidy(password: str) -> str:
    """One form for full-width and composed characters, so that a password is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """staff, guardian: the fewest characters of their passwords."""

    staff: int = password_lengths.STAFF
    guardian: int = password_lengths.GUARDIAN

    def check(self, password: str, login: str, role: str) -> None:
        """Raise Refused for a password that is too short, too long, the login, or easily guessed."""
        given, name = tidy(password), tidy(login).casefold()
        least = self.guardian if role == "guardian" else self.staff
        if len(given) < least:
            raise Refused(
                "password-too-short",
                f"A password has at least {least} characters.",
                where="password",
                extra={"least": least},
            )
        if len(given) > password_lengths.MOST:
            raise Refused(
                "password-too-long", f"A password has at most {password_lengths.MOST} characters.", where="password"
            )
        if given.casefold() in (name, name[::-1]):
            raise Refused("password-is-login", "The password must not be the login.", where="password")
        if _is_easy(given, name):
            raise Refused(
                "password-well-known",
                "This password is among those that attackers try first; choose another.",
                where="password",
            )


DEFAULT_POLICY = PasswordPolicy()


def _is_easy(given: str, login: str) -> bool:
    """True if lists of stolen passwords, words of this place and common patterns lead to it in few guesses."""
    known = [*PLACE, login, *login.replace("-", ".").replace("_", ".").split(".")]
    shown = given[:ESTIMATED].casefold()
    return bool(zxcvbn(shown, user_inputs=[word for word in known if word])["guesses"] < EASY_GUESSES)
