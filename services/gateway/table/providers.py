# SPDX-License-Identifier: EUPL-1.2
"""Paths of support providers and of requests for support."""

from collections.abc import Mapping

from services.gateway.parameters import Parameter
from services.gateway.table.row import Row

ROWS: tuple[Row, ...] = ()

ROLES: Mapping[str, tuple[str, ...]] = {}

QUERY: Mapping[str, tuple[Parameter, ...]] = {}
