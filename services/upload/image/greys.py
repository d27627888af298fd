"""Grey pictures for measuring, at the sizes that are asked for, each made once."""

from __future__ import annotations

from PIL import Image

HALVED = 1_000  # pixels of the short side from which a half is enough for the first look at a code


class Grey:
    """whole: in grey. Every reduction is made of the smallest one that it is a fraction of."""

    def __init__(self, whole: Image.Image) -> None:
        self.whole = whole
        self._reduced = {1: whole}

    def reduced(self, factor: int) -> Image.Image:
        """The picture with its sides divided by this whole number."""
        if factor not in self._reduced:
            divisor = max(each for each in self._reduced if factor % each == 0)
            self._reduced[factor] = self._reduced[divisor].reduce(factor // divisor)
        return self._reduced[factor]

    def first_look(self) -> Image.Image:
        """The picture on which nearly every code is read, in a quarter of the time."""
        return self.reduced(2) if min(self.whole.size) >= HALVED else self.whole


def of_ink(picture: Image.Image) -> Grey:
    """The red channel: red stamps are nearly white in it, black print is black, and no colours need be mixed."""
    return Grey(picture.getchannel("R"))
