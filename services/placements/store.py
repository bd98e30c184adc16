# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only file of this service that runs SQL."""
