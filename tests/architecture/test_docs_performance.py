# SPDX-License-Identifier: EUPL-1.2
"""The page on performance says what was measured, table by table.

A failing test prints what must stand there.
"""

import re
from pathlib import Path

import pytest

from tests.bench import chart, page
from tests.bench.systems import SYSTEMS, TO_ONE

DOCS = Path(__file__).parents[2] / "docs"
TOLD = page.together((DOCS / "measured").glob("*.json"))
SLOWER = page.together((DOCS / "measured" / "slower").glob("*.json"))
TABLES = [*page.tables(TOLD), *page.summary(SLOWER)]
TEXT = (DOCS / "performance.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_says_what_was_measured(table: str) -> None:
    assert table in TEXT, f"performance.md must hold:\n\n{table}\n"


def test_the_page_names_the_systems_that_there_are() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", TEXT)) - {"schakel_over_http"}

    assert named <= {system.name for system in (*SYSTEMS, *TO_ONE)}


def test_the_chart_draws_what_was_measured() -> None:
    assert (DOCS / "performance.svg").read_text(encoding="utf-8") == chart.drawn(TOLD)


def test_the_readme_states_the_ratio() -> None:
    times = int(TOLD["ratios"][page.PLAIN])
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")

    assert f"{times} times" in readme, f"README.md must say: {times} times"
    assert f"{times} times" in TEXT, f"performance.md must say: {times} times"
