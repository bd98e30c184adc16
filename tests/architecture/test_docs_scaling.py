# SPDX-License-Identifier: EUPL-1.2
"""The page on scaling counts with what was measured.

A failing test prints what must stand there.
"""

import pytest

from tests.architecture.test_docs_performance import DOCS, TOLD
from tests.bench import growing

TEXT = (DOCS / "scaling.md").read_text(encoding="utf-8")
TABLES = list(growing.tables(TOLD))


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.partition("\n")[0])
def test_a_table_counts_with_what_was_measured(table: str) -> None:
    assert table in TEXT, f"scaling.md must hold:\n\n{table}\n"


def test_the_text_says_what_the_tables_say() -> None:
    ratio, rows = TOLD["history"]["ratio"], TOLD["history"]["rows"]
    first = max(growing.CPU_GROUPS, key=TOLD["cpu_us_per_delivery"]["schakel"].__getitem__)

    said = f"Up to {rows:,} rows in the ledger a delivery costs {ratio:.2f} times"
    assert said in TEXT, f"scaling.md must say: {said}"
    assert first == "postgresql"
    assert "So PostgreSQL gets the next core" in TEXT
