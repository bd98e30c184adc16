# SPDX-License-Identifier: EUPL-1.2
"""The chart of a bench, as SVG: how many deliveries in a second, by system, on a log scale."""

from collections.abc import Iterator, Mapping
from math import ceil, log10
from typing import Any

WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 760, 30, 170, 90, 46, 34
# Own rows, ceilings and peers differ in lightness too: colour alone tells nobody who cannot see it.
COLOURS = {"schakel": "#154273", "ceiling": "#8a8a8a", "peer": "#c9a24b"}


def drawn(told: Mapping[str, Any]) -> str:
    """Give the chart of the deliveries in a second."""
    rows = sorted(told["deliveries_per_second"].items(), key=lambda one: -one[1])
    height = TOP + ROW * len(rows) + BOTTOM
    decades = ceil(log10(max(value for _, value in rows)))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' font-family="sans-serif" font-size="13">'
        ),
        f"<title>Deliveries in a second, measured {told['date']}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        (
            f'<text x="12" y="24" font-size="15">Deliveries in a second, 35 recipients'
            f" (log scale, {told['date']})</text>"
        ),
        *_scale(decades, height),
        *(line for at, row in enumerate(rows) for line in _bar(at, *row, decades)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _scale(decades: int, height: int) -> Iterator[str]:
    for power in range(1, decades + 1):
        x = _x(10**power, decades)
        yield (
            f'<line x1="{x:.0f}" y1="{TOP - 6}" x2="{x:.0f}" y2="{height - BOTTOM}"'
            ' stroke="#dddddd"/>'
        )
        yield (
            f'<text x="{x:.0f}" y="{height - 12}" text-anchor="middle" fill="#555555">'
            f"{10**power:,}</text>"
        )


def _bar(at: int, name: str, value: float, decades: int) -> Iterator[str]:
    y, end = TOP + at * ROW, _x(value, decades)
    colour = COLOURS[next((kind for kind in COLOURS if name.startswith(kind)), "peer")]
    yield f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{name}</text>'
    yield (
        f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.0f}" height="{ROW - 8}" fill="{colour}"/>'
    )
    yield f'<text x="{end + 6:.0f}" y="{y + 16}">{value:,.0f}</text>'


def _x(value: float, decades: int) -> float:
    """Place a value between 10 and the last power of ten."""
    share = (log10(max(value, 10)) - 1) / max(decades - 1, 1)
    return LEFT + share * (WIDTH - LEFT - RIGHT)
