from __future__ import annotations

import pytest

from shared.infrastructure.chunks import chunks


@pytest.mark.parametrize(
    ("items", "cut"),
    [
        ([], []),
        ([1], [[1]]),
        ([1, 2, 3, 4], [[1, 2], [3, 4]]),
        (iter([1, 2, 3]), [[1, 2], [3]]),
        ("abc", [["a", "b"], ["c"]]),
    ],
)
def test_chunks_keep_the_order_and_every_item(items, cut):
    assert list(chunks(items, 2)) == cut
