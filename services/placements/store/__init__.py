# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only files of this service that run SQL."""
