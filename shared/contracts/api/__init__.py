# SPDX-License-Identifier: EUPL-1.2
"""The shape of every request and every answer, one module per service."""
