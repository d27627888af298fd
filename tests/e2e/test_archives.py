"""Archives in a real browser: each is seen upright, by the orientation that it says."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser

from services.upload.image.examine import examine
from tests.paper.pictures import ORIENTATION, PAGE_ONE, TURNS, encoded, exif, page

pytestmark = pytest.mark.browser
# Of a picture as the browser draws it: its size, and how blue two places are that tell all eight orientations apart
SEEN = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blue = (x, y) => { const [r, , b] = canvas.getContext("2d").getImageData(x, y, 1, 1).data; return b - r > 30; };
  return [image.width, image.height, blue(20, 7), blue(580, 7)];
}"""


@pytest.mark.parametrize("said", [None, 5])
def test_a_browser_shows_an_archive_upright_and_unmirrored_however_it_was_taken(
    browser: Browser, said: int | None
) -> None:
    shown, upright = browser.new_page(), page(PAGE_ONE, width=600)
    upright.paste("white", (300, 0, 600, 20))  # the bar at the top is blue on the left only
    for held in range(1, 9):
        lying = upright.transpose(TURNS[held]) if held in TURNS else upright
        archive = examine(encoded(lying, quality=80, exif=exif({ORIENTATION: said} if said else {}))).jpeg
        address = "data:image/jpeg;base64," + base64.b64encode(archive).decode()
        assert shown.evaluate(SEEN, address) == [600, 800, True, False], held
    shown.close()
