# SPDX-License-Identifier: EUPL-1.2
"""The table of HTTP: which method on which path is which call of which service.

One file for each service; a row is described in `row.py`.
"""

from collections.abc import Mapping

from services.gateway.parameters import Parameter
from services.gateway.table import (
    agreements,
    agreements_work,
    employers,
    operations,
    placements,
    providers,
    regions,
)
from services.gateway.table.row import Row
from shared.contracts.topology import SERVICES

PREFIX = "/v1"
GATEWAY = "gateway"
EVERY_SERVICE = "every service"
DOMAIN_SERVICES = SERVICES

TABLE: Mapping[str, tuple[Row, ...]] = {
    "employers": employers.ROWS,
    "agreements": (*agreements.ROWS, *agreements_work.ROWS),
    "regions": regions.ROWS,
    "placements": placements.ROWS,
    "providers": providers.ROWS,
    EVERY_SERVICE: operations.ROWS,
    GATEWAY: (
        ("get_openapi", "GET", "/openapi.json", "reads", 200, "Read this description"),
        ("follow_events", "GET", "/events", "reads", 200, "Follow live hints"),
    ),
}

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    **employers.QUERY,
    **agreements.QUERY,
    **agreements_work.QUERY,
    **regions.QUERY,
    **placements.QUERY,
    **providers.QUERY,
    **operations.QUERY,
}
