"""Small charts, drawn here as SVG: bars that also read in black and white, each with its table beside it.

Promises: no script, no style of its own, no colour that means something alone: the two parts of a bar differ in how
they are filled. What a chart shows is in its description too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

WIDTH: Final = 480
HEIGHT: Final = 200
FOOT: Final = 26
# More labels than this run into each other on a telephone; every second one is enough then.
LABELS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, the whole of it, and the part that stands out."""

    label: str
    whole: int
    part: int = 0


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Draw upright bars, all on one scale. An empty list gives an empty chart."""
    top = max((row.whole for row in rows), default=0) or 1
    step = WIDTH / max(1, len(rows))
    space = HEIGHT - FOOT - 20
    drawn = []
    every = 1 + (len(rows) - 1) // LABELS_MAX
    for number, row in enumerate(rows):
        x, width = number * step + step * 0.15, step * 0.7
        tall, dark = row.whole / top * space, row.part / top * space
        y = HEIGHT - FOOT
        drawn.append(
            f'<rect x="{x:.1f}" y="{y - tall:.1f}" width="{width:.1f}" height="{tall:.1f}" class="bar"/>'
            f'<rect x="{x:.1f}" y="{y - dark:.1f}" width="{width:.1f}" height="{dark:.1f}" class="bar part"/>'
        )
        if (len(rows) - 1 - number) % every == 0:
            label = escape(row.label)
            drawn.append(f'<text x="{x + width / 2:.1f}" y="{HEIGHT - 7}" text-anchor="middle">{label}</text>')
        if row.whole:
            drawn.append(
                f'<text x="{x + width / 2:.1f}" y="{y - tall - 4:.1f}" text-anchor="middle">{row.whole}</text>'
            )
    # What is drawn is numbers and escaped labels.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" class="chart">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )
