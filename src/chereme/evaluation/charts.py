"""Small SVG drawings for the report: shapes take their colours from its style sheet, so that they suit light and dark.

Each is 400 units wide, the width of a phone, so that its texts stay readable there. Shares run from 0 to 1.
"""

from collections.abc import Sequence
from html import escape

WIDTH = 400
ROW = 26
LEFT, RIGHT, TOP, BOTTOM = 46, 20, 28, 42
SIDE = WIDTH - LEFT - RIGHT
HEIGHT = 260
"""Of the plotting area of a curve."""

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LOWEST = (0.8, 0.6, 0.2, 0.0)
"""Where an upright axis may begin, so that its ticks are round."""


def bars(rows: Sequence[tuple[str, float, tuple[float, float] | None]], label: str) -> str:
    """A bar for each (name, share, interval), from 0 to 1; the interval is a line across its end."""
    names, figure = 120, 50
    width = WIDTH - names - figure
    parts = []
    for place, (name, share, interval) in enumerate(rows):
        middle = place * ROW + ROW / 2
        parts.append(f'<text x="{names - 8}" y="{middle + 4:.1f}" text-anchor="end">{escape(_short(name))}</text>')
        parts.append(f'<rect class="track" x="{names}" y="{middle - 7:.1f}" width="{width}" height="14"/>')
        parts.append(f'<rect class="bar" x="{names}" y="{middle - 7:.1f}" width="{share * width:.1f}" height="14"/>')
        if interval:
            low, high = (names + bound * width for bound in interval)
            parts.append(f'<path class="whisker" d="M{low:.1f} {middle:.1f}H{high:.1f}"/>')
        parts.append(f'<text x="{WIDTH}" y="{middle + 4:.1f}" text-anchor="end">{percent(share)}</text>')
    return _svg(parts, len(rows) * ROW, label)


def curve(
    points: Sequence[tuple[float, float]],
    label: str,
    axes: tuple[str, str],
    marks: Sequence[tuple[float, float, str]] = (),
) -> str:
    """A line through (x, y); marks are points of it with a name. The upright axis begins where the line needs it."""
    lowest = next((low for low in LOWEST if low <= min((y for _, y in points), default=0.0)), 0.0)
    way = "L".join(f"{_x(x):.1f} {_y(y, lowest):.1f}" for x, y in points)
    parts = [*_axes(axes, lowest), f'<path class="line" d="M{way}"/>' if way else ""]
    for place, (x, y, name) in enumerate(marks):
        kind, key = ("mark", "mark full")[place % 2], TOP + HEIGHT + BOTTOM + place * 20 + 8
        parts.append(f'<circle class="{kind}" cx="{_x(x):.1f}" cy="{_y(y, lowest):.1f}" r="5"/>')
        parts.append(f'<circle class="{kind}" cx="{LEFT + 6}" cy="{key}" r="5"/>')
        parts.append(f'<text x="{LEFT + 18}" y="{key + 4}">{escape(name)}</text>')
    return _svg(parts, TOP + HEIGHT + BOTTOM + len(marks) * 20, label)


def reliability_plot(bins: Sequence[tuple[float, float, int]], label: str) -> str:
    """A dot for each (confidence, accuracy, answers), its area by the answers, beside the diagonal of honesty."""
    most = max((n for _, _, n in bins), default=1)
    parts = [
        *_axes(("confidence", "right"), 0.0),
        f'<path class="diagonal" d="M{_x(0)} {_y(0, 0)}L{_x(1)} {_y(1, 0)}"/>',
        *(
            f'<circle class="dot" cx="{_x(confidence):.1f}" cy="{_y(accuracy, 0):.1f}" '
            f'r="{4 + 8 * (n / most) ** 0.5:.1f}"/>'
            for confidence, accuracy, n in bins
        ),
    ]
    return _svg(parts, TOP + HEIGHT + BOTTOM, label)


def percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def _axes(names: tuple[str, str], lowest: float) -> list[str]:
    parts = []
    for tick in TICKS:
        y = lowest + tick * (1 - lowest)
        parts.append(f'<path class="grid" d="M{LEFT} {_y(y, lowest):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{_y(y, lowest) + 4:.1f}" text-anchor="end">{y:.0%}</text>')
        parts.append(f'<text x="{_x(tick):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{tick:.0%}</text>')
    parts.append(
        f'<text class="axis" x="{LEFT + SIDE / 2}" y="{TOP + HEIGHT + 35}" text-anchor="middle">{names[0]}</text>'
    )
    parts.append(f'<text class="axis" x="2" y="12">{names[1]}</text>')
    return parts


def _x(share: float) -> float:
    return LEFT + share * SIDE


def _y(share: float, lowest: float) -> float:
    return TOP + (1 - (share - lowest) / (1 - lowest)) * HEIGHT


def _short(name: str) -> str:
    return name if len(name) <= 15 else f"{name[:14]}…"


def _svg(parts: Sequence[str], height: float, label: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(label, quote=True)}">'
        f"{''.join(parts)}</svg>"
    )
