"""Dependencies of the portal's pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from services.portal.service_client import Services
from services.portal.session import SealedCookies, SignIn
from shared.infrastructure.clock import Clock


@dataclass(frozen=True, slots=True)
class Dependencies:
    """secure: whether cookies carry Secure. fresh_seconds: for which a proof of the password counts as fresh."""

    services: Services
    clock: Clock
    cookies: SealedCookies
    sign_in: SignIn
    secure: bool
    fresh_seconds: int
    registry_issuer: str = ""  # "" where no registry is connected
    asks_for_code: bool = True  # printing wants a download code


def deps() -> Dependencies:
    """The dependencies of the present app."""
    return current_app.extensions["portal"]  # type: ignore[no-any-return]


def services() -> Services:
    return deps().services
