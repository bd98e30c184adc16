# SPDX-License-Identifier: EUPL-1.2
"""Named SQL is loaded by its name, and what cannot be told apart is refused."""

import sys
from pathlib import Path

import pytest

from shared.runtime import load_queries


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a package of its own whose queries.sql a test may write."""
    folder = tmp_path / "queries_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def test_queries_are_loaded_by_name(package: Path) -> None:
    (package / "queries.sql").write_text(
        "-- A remark on the whole file.\n\n"
        "-- first: says one.\nSELECT 1\n-- why so\nWHERE true\n\n-- second: says two.\nSELECT 2\n"
    )

    queries = load_queries(package.name)

    assert dict(queries) == {"first": "SELECT 1\n-- why so\nWHERE true", "second": "SELECT 2"}


def test_queries_refuse_a_name_that_stands_twice(package: Path) -> None:
    (package / "queries.sql").write_text("-- one: says it.\nSELECT 1\n-- one: again.\nSELECT 2\n")

    with pytest.raises(ValueError, match="one stands there twice"):
        load_queries(package.name)


def test_queries_refuse_sql_that_has_no_name(package: Path) -> None:
    (package / "queries.sql").write_text("SELECT 1\n-- one: says it.\nSELECT 1\n")

    with pytest.raises(ValueError, match="before the first name"):
        load_queries(package.name)
