# SPDX-License-Identifier: EUPL-1.2
"""Named SQL: every statement has a name and says what it does, in a file of its own."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, LiteralString

_HEADING = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*): (?P<promise>.+)$")


def load_queries(package: str, file: str = "queries.sql") -> Mapping[str, LiteralString]:
    """Load the named statements of a package's SQL file.

    A statement starts at a line `-- name: what it says` and runs to the next one. A name
    given twice, or SQL before the first name, is refused with ValueError.
    """
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    # A file of the project is as literal as a string in its code.
    queries: dict[str, Any] = {}
    for name, statement in _statements(text):
        if name in queries:
            raise ValueError(f"{package}/{file}: {name} stands there twice")
        queries[name] = statement
    return queries


def _statements(text: str) -> Iterator[tuple[str, str]]:
    name, lines = "", list[str]()
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        if name:
            yield name, "\n".join(lines).strip()
        elif any(part.strip() and not part.startswith("--") for part in lines):
            raise ValueError("SQL stands before the first name")
        name, lines = heading["name"], []
    if name:
        yield name, "\n".join(lines).strip()
