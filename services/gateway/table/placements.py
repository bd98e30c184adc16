# SPDX-License-Identifier: EUPL-1.2
"""Paths of places offered, and of calls for many of them."""

from collections.abc import Mapping

from services.gateway.parameters import Parameter
from services.gateway.table.row import Row

ROWS: tuple[Row, ...] = ()

ROLES: Mapping[str, tuple[str, ...]] = {}

QUERY: Mapping[str, tuple[Parameter, ...]] = {}
