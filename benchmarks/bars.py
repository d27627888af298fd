"""The picture: a horizontal bar for each measurement, the share of its bound that is reached, with the spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

LABELS, PLOT, SHARES = 330, 400, 190  # widths: names, bars, figures behind them
ROW, TOP, BOTTOM = 24, 74, 30
MOST = 1.25  # the right edge; longer bars are cut there and show their number
INK, SOFT, BAR, SPREAD, BOUND = "#1d3a5f", "#7d8ca0", "#5b8bc0", "#16283f", "#a8321f"
Row = Mapping[str, Any]


def picture(rows: Sequence[Row]) -> str:
    """An SVG of the results in the JSON; those without a ratio are omitted."""
    shown = [row for row in rows if row["ratio"]]
    width, height = LABELS + PLOT + SHARES, TOP + ROW * len(shown) + BOTTOM
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">',
        "<title>How much of its bound each part of Rollcall reaches</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        '<text x="12" y="24" font-size="16" font-weight="bold">How much of its bound each part reaches</text>',
        f'<text x="12" y="43" fill="{SOFT}">Bar: median of the repetitions. Dark line: from the worst to the best. '
        "100 % is the same work by the bare tool, measured in turns with ours.</text>",
        *_scale(height - BOTTOM),
        *(line for number, row in enumerate(shown) for line in _bar(row, TOP + ROW * number)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _x(share: float) -> float:
    return round(LABELS + PLOT * min(share, MOST) / MOST, 1)


def _scale(foot: int) -> list[str]:
    lines = []
    for percent in (0, 25, 50, 75, 100, 125):
        x, colour = _x(percent / 100), BOUND if percent == 100 else "#d8dee6"
        lines.append(f'<line x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{foot}" stroke="{colour}"/>')
        text = BOUND if percent == 100 else SOFT
        lines.append(f'<text x="{x}" y="{foot + 16}" text-anchor="middle" fill="{text}">{percent} %</text>')
    return lines


def _bar(row: Row, y: int) -> list[str]:
    spread, middle = row["ratio"], y + ROW // 2 - 2
    low, mid, high = (_x(spread[name]) for name in ("min", "median", "max"))
    text = f"{percent(spread['median'])} ({percent(spread['min'])} to {percent(spread['max'])})"
    return [
        f'<text x="{LABELS - 8}" y="{middle + 4}" text-anchor="end">{escape(row["title"])}</text>',
        f'<rect x="{LABELS}" y="{middle - 7}" width="{max(1.0, round(mid - LABELS, 1))}" height="14" fill="{BAR}"/>',
        f'<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="{SPREAD}" stroke-width="2"/>',
        f'<text x="{LABELS + PLOT + 8}" y="{middle + 4}">{escape(text)}</text>',
    ]


def percent(share: float) -> str:
    """0.123 -> "12 %", 0.0123 -> "1.2 %"."""
    return f"{share * 100:.0f} %" if share >= 0.095 else f"{share * 100:.1f} %"
