# SPDX-License-Identifier: EUPL-1.2
"""Paths of national employers."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, text
from services.gateway.table.row import Row
from shared.contracts import codes

ROWS: tuple[Row, ...] = (
    ("register_employer", "POST", "/employers", "creates", 201, "Register an employer"),
    ("list_employers", "GET", "/employers", "reads", 200, "List the employers"),
    ("get_employer", "GET", "/employers/{id}", "reads", 200, "Read one employer"),
    ("change_employer", "PATCH", "/employers/{id}", "changes", 200, "Change an employer"),
)

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_employers": (
        *PAGING,
        text("name", "Only employers of this name.", "ISS"),
        chosen("adapts", codes.ADAPTATIONS, "Only employers that adapt this."),
    ),
}
