# SPDX-License-Identifier: EUPL-1.2
"""The table of who may what knows every operation there is, and the page of it is that table."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.operations import Operation, operations
from services.gateway.table import EVERY_SERVICE
from shared.contracts.policy import (
    AUDITOR,
    OPS,
    OWNER_IN_PATH,
    PERSONS,
    POLICY,
    PUBLIC,
    SERVICE,
)
from tests.architecture.test_docs_tables import stands_in, table

REPOSITORY = Path(__file__).parents[2]
DOORWAYS = [
    *REPOSITORY.glob("services/*/service.py"),
    REPOSITORY / "shared" / "messaging" / "operations.py",
    REPOSITORY / "shared" / "runtime" / "auditing.py",
]
OWNERS_IN_PATHS = {"code": "region", "region": "region", "employerId": "employer"}
ASKED = {one.name: one for one in operations()}


def methods() -> Iterator[str]:
    """Name every method that other processes may call."""
    for path in DOORWAYS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                words = {one.id for one in node.decorator_list if isinstance(one, ast.Name)}
                if "rpc" in words:
                    yield node.name


def test_every_operation_and_every_method_is_in_the_table_and_nothing_else_is() -> None:
    assert POLICY.keys() | PUBLIC == ASKED.keys() | set(methods())


def test_what_only_services_ask_is_no_operation_of_the_door() -> None:
    of_services = {name for name, grants in POLICY.items() if SERVICE in grants}
    assert of_services == set(methods()) - ASKED.keys()


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_whoever_a_path_names_is_looked_at(operation: Operation) -> None:
    """A role that reaches its own must not get past a path that names somebody else's."""
    if operation.name in PUBLIC:
        return
    in_path = {one.name for one in operation.parameters if one.place == "path"}
    looked_at = OWNER_IN_PATH.get(operation.name, {})
    assert set(looked_at.values()) <= in_path
    bounds = {"wsp-officer": "region", "wsp-manager": "region", "employer": "employer"}
    for role, reach in POLICY[operation.name].items():
        for name, kind in OWNERS_IN_PATHS.items():
            if reach == "own" and name in in_path and bounds.get(role) == kind:
                assert looked_at.get(kind) == name


def test_an_auditor_changes_nothing_and_reads_all_but_the_files_of_candidates() -> None:
    candidates = {"list_desk_placements", "get_desk_placement"}
    reads = {one.name for one in operations() if one.effect == "reads"} - PUBLIC
    granted = {name for name, grants in POLICY.items() if AUDITOR in grants}
    assert granted == reads - candidates


def test_ops_does_what_operators_do_and_nothing_else() -> None:
    granted = {name for name, grants in POLICY.items() if OPS in grants}
    assert granted == {one.name for one in operations() if one.path.startswith("/operations/")}


def test_the_page_of_who_may_what_is_the_table() -> None:
    for service in dict.fromkeys(one.service for one in operations()):
        found = [one for one in operations() if one.service == service and one.name in POLICY]
        rows = [
            (one.summary, f"`{one.name}`", *(POLICY[one.name].get(role, "") for role in PERSONS))
            for one in found
        ]
        heading = "Every service" if service == EVERY_SERVICE else service.capitalize()
        columns = ("what", "operation", *PERSONS)
        stands_in("who-may-what.md", f"## {heading}\n\n{table(columns, rows)}\n")


def test_the_page_names_what_services_ask_among_themselves() -> None:
    names = ", ".join(f"`{name}`" for name, grants in POLICY.items() if SERVICE in grants)
    stands_in("who-may-what.md", f"Services ask each other in their own name only: {names}.")
