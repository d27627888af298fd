"""The picture of a soak: small multiples over time, memory of each process first, then the numbers of the workers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.soak.judgement import Points, memory, series, warm_up
from benchmarks.soak.samples import METRICS, Sample

COLUMNS, WIDTH, HEIGHT, GAP, TOP, EDGE = 4, 220, 84, 44, 86, 24
INK, SOFT, LINE, WARM = "#1d3a5f", "#7d8ca0", "#3a6ea5", "#f1efe7"
UNITS = {"lag": "records", "unpublished": "s", "age": "s", "unchecked": "photos", "drift": "slots", "parked": "events"}


def picture(samples: Sequence[Sample]) -> str:
    """An SVG. Memory panels share one scale, so that they can be compared; each of the others has its own."""
    seconds = samples[-1].at or 1.0
    memories = {process: memory(samples, process) for process in samples[-1].memory}
    most = max(value for points in memories.values() for _, value in points)
    panels = [(name, points, most, "MB") for name, points in memories.items()]
    for name in METRICS:
        points = series(samples, name)
        own = max([value for _, value in points], default=0.0)
        panels.append((name, points, own, f"{UNITS[name]}, most {own:.0f}"))
    rows = -(-len(panels) // COLUMNS)
    width, height = 2 * EDGE + COLUMNS * (WIDTH + GAP) - GAP, TOP + rows * (HEIGHT + GAP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">',
        "<title>Memory of each process, lag and drift under a steady rate of work</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{EDGE}" y="26" font-size="16" font-weight="bold">{seconds / 60:.0f} minutes of steady work</text>',
        f'<text x="{EDGE}" y="46" fill="{SOFT}">Memory of every process (one scale, 0 to {most:.0f} MB), then the '
        "numbers of the workers (a scale each). Shaded: warm-up, not counted. Beside names: first, last value.</text>",
    ]
    for place, (title, points, top, unit) in enumerate(panels):
        x = EDGE + place % COLUMNS * (WIDTH + GAP)
        y = TOP + place // COLUMNS * (HEIGHT + GAP)
        lines += _panel(x, y, title, points, top, unit, seconds)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(x: int, y: int, title: str, points: Points, top: float, unit: str, seconds: float) -> list[str]:
    shaded = WIDTH * min(1.0, warm_up(seconds) / seconds)
    ends = f"{points[0][1]:.0f} → {points[-1][1]:.0f} {unit}" if points else "not reported"
    path = " ".join(
        f"{x + WIDTH * at / seconds:.1f},{y + HEIGHT - HEIGHT * value / (top or 1.0):.1f}" for at, value in points
    )
    return [
        f'<rect x="{x}" y="{y}" width="{shaded:.1f}" height="{HEIGHT}" fill="{WARM}"/>',
        f'<line x1="{x}" x2="{x + WIDTH}" y1="{y + HEIGHT}" y2="{y + HEIGHT}" stroke="#c9d1db"/>',
        f'<text x="{x}" y="{y - 8}" font-weight="bold">{escape(title)}</text>',
        f'<text x="{x + WIDTH}" y="{y - 8}" text-anchor="end" fill="{SOFT}">{escape(ends)}</text>',
        f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="1.6"/>',
    ]
