"""The path of the browser on this machine."""

from __future__ import annotations

from pathlib import Path

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
CHROMIUM = next((path for path in map(Path, PLACES) if path.exists()), Path(PLACES[0]))
