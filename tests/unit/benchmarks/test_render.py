"""The page of measurements: table, picture, machine; the one in docs/ follows from its JSON."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import render
from benchmarks.bars import percent, picture

MACHINE = {
    "day": "2026-11-24",
    "commit": "c0ffee",
    "changed_files": 0,
    "cores": 2,
    "processor": "some",
    "memory_gb": 8,
    "system": "Linux",
    "python": "3.11",
    "load_before": [0.1, 0.2, 0.3],
    "load_after": [1.0, 0.9, 0.8],
    "versions": {"orjson": "3"},
}
TEMPLATE = "# Title\n<!-- picture -->\n<!-- table -->\n<!-- sides -->\n<!-- machine -->\n<!-- left out -->\n"


def spread(*values: float):
    return {"min": min(values), "median": sorted(values)[len(values) // 2], "max": max(values), "values": list(values)}


def row(name: str, figure: str = "speed", ratio=None, **more):
    return {
        "measurement": name,
        "title": f"The {name}",
        "figure": figure,
        "unit": "events/s",
        "more_is_better": True,
        "product_is": "ours",
        "bound_is": "theirs",
        "product": spread(1000.0, 1100.0, 1200.0),
        "bound": spread(2000.0),
        "ratio": ratio,
        "repetitions": 3,
        "seconds": 4.2,
        **more,
    }


RESULTS = [
    row("relay", ratio=spread(0.4, 0.5, 0.6)),
    row("relay", "p50", ratio=spread(0.9)),
    row("fold", ratio=spread(0.02)),
    row("alone", bound=None),
]


def test_a_row_shows_both_sides_with_their_spread_and_the_share_that_is_reached():
    lines = render.table(RESULTS).splitlines()
    assert (
        lines[2]
        == "| The relay | speed, events/s | 1,100 (1,000 .. 1,200) | 2,000 (2,000 .. 2,000) | **50 %** | 40 % .. 60 % |"
    )
    assert lines[3].startswith("|  | p50")  # the same measurement is named once
    assert lines[5].endswith("| – |  |  |")


def test_the_picture_has_a_bar_for_each_measurement_with_a_bound_and_a_legend():
    drawn = ElementTree.fromstring(picture(render.firsts(RESULTS)))  # noqa: S314 - our own
    texts = ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text.startswith("The ")] == ["The relay", "The fold"]
    assert "50 % (40 % to 60 %)" in texts and any("median" in text for text in texts)


def test_a_bar_that_is_longer_than_the_picture_is_cut_and_still_shows_its_number():
    drawn = ElementTree.fromstring(picture([row("swift", ratio=spread(7.0))]))  # noqa: S314 - our own
    box = [float(n) for n in drawn.attrib["viewBox"].split()]
    assert all(
        float(bar.attrib.get("x", 0)) + float(bar.attrib["width"]) <= box[2]
        for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")
    )
    assert "700 % (700 % to 700 %)" in [
        "".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")
    ]


def test_the_template_is_kept_and_its_placeholders_are_filled():
    made = render.pages({"machine": MACHINE, "left_out": ["nginx is not installed."], "results": RESULTS}, TEMPLATE)
    page = made[render.PAGE]
    assert page.startswith("# Title\n![") and "<!--" not in page
    assert (
        "- nginx is not installed." in page
        and "2 cores" in page
        and "before: 0.1 / 0.2 / 0.3, after: 1.0 / 0.9 / 0.8" in page
    )


@pytest.mark.parametrize(("share", "text"), [(0.5, "50 %"), (0.0123, "1.2 %"), (1.0, "100 %"), (0.0951, "10 %")])
def test_shares_are_shown_in_percent_with_significant_digits_only(share, text):
    assert percent(share) == text


def test_the_page_in_docs_follows_from_its_json_and_its_template(monkeypatch):
    monkeypatch.setattr("sys.argv", ["render", "--check"])
    assert render.main() == 0
