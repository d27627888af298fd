"""Authentication methods in tokens: values of the claim `amr` (RFC 8176), of the last proof, whose time is `auth_time`.

A registry sign-in has no value of its own in the standard's list; "fed" is what federations use.
"""

from __future__ import annotations

PASSWORD, ONE_TIME_CODE, REGISTRY = "pwd", "otp", "fed"
SECOND_FACTORS = frozenset({ONE_TIME_CODE, REGISTRY})  # more than a password that somebody may have watched
