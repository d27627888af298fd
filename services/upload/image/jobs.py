"""Jobs of the sandbox: all that decodes a photo. Only child processes import this module (decoder.py names it).

Their system calls are filtered once they are ready, so everything that decoders load late is loaded here.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from PIL import AvifImagePlugin, ExifTags, Image, MpoImagePlugin, TiffImagePlugin

from services.upload.image import examine as examination
from services.upload.image.examined import RejectedImage
from shared.language.codes import PageTwo

LOADED = (AvifImagePlugin, ExifTags, MpoImagePlugin, TiffImagePlugin)  # metadata, pictures with several frames
Image.init()


def examine(photo: bytes) -> tuple[Any, bytes]:
    """Facts of the examination and the cleaned photo, or {"rejected": reason}."""
    try:
        examined = examination.examine(photo)
    except RejectedImage as rejected:
        return {"rejected": rejected.outcome.reason}, b""
    codes = [
        {"page": 1 + isinstance(code, PageTwo), "whole": code in examined.whole, **asdict(code)}
        for code in examined.qr_codes
    ]
    sides = {"width": examined.width, "height": examined.height}
    told = {"is_cut_short": examined.is_cut_short, "another_sheet": examined.another_sheet}
    return {**sides, **told, "qr_codes": codes}, examined.jpeg


def thumbnail(photo: bytes) -> tuple[Any, bytes]:
    """The thumbnail of a cleaned photo, or {"rejected": reason}."""
    try:
        return {}, examination.thumbnail(photo)
    except RejectedImage as rejected:
        return {"rejected": rejected.outcome.reason}, b""
