# SPDX-License-Identifier: EUPL-1.2
"""Names say what a thing is for; these say nothing, so they are not used."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PRODUCT = [path for tree in ("services", "shared") for path in (REPOSITORY / tree).rglob("*.py")]
TESTS = list((REPOSITORY / "tests").rglob("*.py"))
# REUSE-IgnoreStart
SPDX = "# SPDX-License-Identifier: EUPL-1.2\n"
# REUSE-IgnoreEnd
MODULES = {"utils", "helpers", "common", "base", "misc", "manager", "models", "constants"}
SUFFIXES = ("Manager", "Helper", "Impl", "Abstract", "Data", "Info")
IN_TESTS = ("sleep", "skip", "skipif", "xfail")


def named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def modules_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


@pytest.mark.parametrize("path", PRODUCT + TESTS, ids=named)
def test_file_begins_with_its_licence_and_a_promise(path: Path) -> None:
    text = path.read_text()

    assert text.startswith(SPDX)
    assert ast.get_docstring(ast.parse(text)), "a module says first what it promises"


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {path: {path.stem, *path.relative_to(REPOSITORY).parts} for path in PRODUCT + TESTS}

    assert [named(path) for path, parts in names.items() if parts & MODULES] == []


def test_no_class_has_a_suffix_that_says_nothing() -> None:
    classes = {
        f"{named(path)}: {node.name}"
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith(SUFFIXES)
    }

    assert classes == set()


def test_domain_knows_the_standard_library_only() -> None:
    domains = [path for path in PRODUCT if path.stem == "domain" or path.parent.name == "domain"]
    assert domains

    foreign = {
        f"{named(path)}: {module}"
        for path in domains
        for module in modules_imported(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not module.startswith(f"services.{path.relative_to(REPOSITORY).parts[1]}.domain")
    }

    assert foreign == set()


def test_tests_wait_for_facts_and_leave_nothing_out() -> None:
    used = {
        f"{named(path)}:{node.lineno} {node.attr}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in IN_TESTS
    }

    assert used == set()
