# SPDX-License-Identifier: EUPL-1.2
"""Identities: a region is its official code, never its name."""

from typing import NewType

RegionCode = NewType("RegionCode", str)
AgreementId = NewType("AgreementId", str)
EmployerId = NewType("EmployerId", str)
PlacementId = NewType("PlacementId", str)
