"""A picture with what is known already covered, so that the rest of it can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from services.upload.image.pixels import Picture

Corners = Sequence[tuple[float, float]]
COVER = 160  # a grey


@dataclass(frozen=True)
class _Without:
    """A picture with grey areas in it. areas: corners, as shares of width and height."""

    picture: Picture
    areas: Sequence[Corners]

    @property
    def small(self) -> Image.Image:
        return self._covered(self.picture.small.copy())

    def larger(self) -> Image.Image | None:
        larger = self.picture.larger()
        return larger and self._covered(larger)

    def _covered(self, image: Image.Image) -> Image.Image:
        for corners in self.areas:
            draw = ImageDraw.Draw(image)
            draw.polygon(
                [(x * image.width, y * image.height) for x, y in corners],
                fill=COVER if image.mode == "L" else (COVER,) * 3,
            )
        return image


def without(picture: Picture, areas: Sequence[Corners]) -> Picture:
    """The picture with these areas covered, for what else is in it."""
    return _Without(picture, areas)
