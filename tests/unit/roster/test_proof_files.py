"""Files of proofs: their kinds, their damage, and pictures that no longer say where they were taken."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from services.roster.proofs.file_kinds import checked
from shared.infrastructure.errors import Refused

SIDEWAYS, GPS = 6, 0x8825


def photo(**options: object) -> bytes:
    """A JPEG as a phone makes it: on its side, with the place and a maker's name."""
    image, out = Image.new("RGB", (60, 40), "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = SIDEWAYS, "maker of phones"
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 54.0, 20.0)})
    image.save(out, "JPEG", exif=exif, comment=b"taken at home", **options)
    return out.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_keeps_its_orientation_and_nothing_else(progressive):
    kind, cleaned = checked(photo(progressive=progressive) + b"a moving picture")
    image = Image.open(io.BytesIO(cleaned))
    image.load()
    assert (kind, image.size, dict(image.getexif())) == ("jpeg", (60, 40), {0x0112: SIDEWAYS})
    for told in (b"maker of phones", b"taken at home", b"moving"):
        assert told not in cleaned


def test_what_stands_between_the_passes_of_a_photo_goes_too():
    whole, note = photo(progressive=True), b"taken behind the house"
    second = whole.index(b"\xff\xda", whole.index(b"\xff\xda") + 2)
    _, cleaned = checked(whole[:second] + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + whole[second:])
    assert note not in cleaned and cleaned == checked(whole)[1]
    Image.open(io.BytesIO(cleaned)).load()


def test_a_png_keeps_what_draws_it():
    out, note = io.BytesIO(), PngImagePlugin.PngInfo()
    note.add_text("Location", "at home")
    Image.new("RGB", (8, 8), "red").save(out, "PNG", pnginfo=note)
    kind, cleaned = checked(out.getvalue() + b"behind the end")
    assert (kind, Image.open(io.BytesIO(cleaned)).getpixel((1, 1))) == ("png", (255, 0, 0))
    assert b"at home" not in cleaned and b"behind" not in cleaned


def test_a_file_that_is_cut_off_anywhere_is_refused_and_never_an_error():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    for whole in (photo(), out.getvalue()):
        for length in range(9, len(whole) - 2):
            with pytest.raises(Refused, match="damaged"):
                checked(whole[:length])
