# SPDX-License-Identifier: EUPL-1.2
"""What people see and what is measured: the map, the address, the percentiles."""

import json
from io import StringIO
from pathlib import Path

import pytest

from services.cli.asking import table
from services.cli.client import address
from services.cli.measure import percentile
from services.cli.output import Paper
from services.cli.progress import tile_map
from shared.contracts import reference


def test_the_map_shows_every_region_where_it_lies() -> None:
    lines = tile_map({"AM36": "received", "AM23": "pending", "AM30": "refused"}).plain.splitlines()
    assert sum(line.count("AM") for line in lines) == len(reference.regions()) == 35
    zwolle = reference.region("AM36")
    assert lines[zwolle.row][zwolle.column * 7 :].startswith("● AM36")
    drawn = "\n".join(lines)
    assert "○ AM23" in drawn
    assert "✗ AM30" in drawn
    assert drawn.count("·") == 32


def test_the_address_is_as_said_as_set_of_the_stack_or_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCHAKEL_URL", raising=False)
    monkeypatch.setenv("SCHAKEL_HOME", str(tmp_path))
    assert address() == "http://127.0.0.1:8080"
    (tmp_path / "ports.json").write_text(json.dumps({"gateway": 8123}))
    assert address() == "http://127.0.0.1:8123"
    monkeypatch.setenv("SCHAKEL_URL", "http://set.example/")
    assert address() == "http://set.example"
    assert address("http://said.example") == "http://said.example"


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [([3.0], 50, 3.0), ([1.0, 2.0], 50, 1.0), ([float(n) for n in range(1, 101)], 99, 99.0)],
)
def test_a_percentile_is_one_of_the_values(values: list[float], percent: int, found: float) -> None:
    assert percentile(values, percent) == found


@pytest.mark.parametrize("width", [80, 60])
def test_a_table_that_is_too_wide_for_the_terminal_folds_and_loses_nothing(width: int) -> None:
    row = ("agreements", "2026-12-01T09:00:00Z", "agreement/" + "0123456789" * 4)
    paper = Paper(force_terminal=True, width=width, file=StringIO(), color_system=None)
    paper.print(table(("service", "since", "subject"), [row])())
    lines = paper.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(map(len, lines)) <= width
    assert "".join("".join(lines[3:]).split()).count("0") >= row[2].count("0")
    assert row[2][-10:] in "".join("".join(lines[3:]).split())


def test_what_no_terminal_shows_is_as_wide_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    long = "agreement/" + "0123456789" * 30
    for paper, whole in (
        (Paper(file=StringIO()), True),
        (Paper(file=StringIO(), _environ={"COLUMNS": "80"}), False),
    ):
        paper.print(table(("since", "subject"), [("2026-12-01", long)])())
        assert (long in paper.file.getvalue()) is whole  # type: ignore[attr-defined]
