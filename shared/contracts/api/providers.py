# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the providers service."""

from shared.contracts.api.shapes import shapes

OPERATIONS = shapes()
