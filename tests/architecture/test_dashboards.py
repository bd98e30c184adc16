# SPDX-License-Identifier: EUPL-1.2
"""Dashboards are what their one file makes, and ask for figures that exist.

That Prometheus can read the queries is looked at by tests/operations/watching.py.
"""

import re
import runpy
from typing import Any

import pytest

from tests.operations.alerts import recorded
from tests.operations.boards import BOARDS, FOLDER, panels
from tests.operations.figures import GROUPING, faults

MAKE = runpy.run_path(str(FOLDER / "make.py"))
WANTED = {"fan-out", "regions", "services", "placements", "rabbitmq", "postgresql"}
LEGEND = re.compile(r"\{\{(\w+)\}\}")
Panel = dict[str, Any]


def title_of(one: object) -> str:
    return f"{one['title']}" if isinstance(one, dict) else str(one)


def test_every_board_is_there_and_is_what_the_file_makes() -> None:
    made = {board.name: MAKE["written"](board) for board in MAKE["BOARDS"]}
    there = {path.stem: path.read_text(encoding="utf-8") for path in BOARDS}

    assert made.keys() == WANTED
    assert there == made, "python deploy/grafana/make.py writes them anew"


@pytest.mark.parametrize(("board", "panel"), panels(), ids=title_of)
def test_every_query_of_a_panel_asks_for_figures_that_exist(board: str, panel: Panel) -> None:
    wrong = [
        fault for one in panel["targets"] for fault in faults(one["expr"], recorded=recorded())
    ]

    assert board in WANTED
    assert wrong == []
    assert panel["description"].endswith(".")


@pytest.mark.parametrize(("board", "panel"), panels(), ids=title_of)
def test_every_line_is_called_by_a_label_that_it_has(board: str, panel: Panel) -> None:
    del board
    for one in panel["targets"]:
        grouped = {label.strip() for by in GROUPING.findall(one["expr"]) for label in by.split(",")}
        assert {*LEGEND.findall(one.get("legendFormat", ""))} <= grouped


@pytest.mark.parametrize("board", sorted(WANTED))
def test_panels_stand_beside_and_below_one_another(board: str) -> None:
    places = [panel["gridPos"] for name, panel in panels() if name == board]
    cells = [
        (place["x"] + x, place["y"] + y)
        for place in places
        for x in range(place["w"])
        for y in range(place["h"])
    ]

    assert len({*cells}) == len(cells)
    assert max(x for x, _ in cells) < 24
