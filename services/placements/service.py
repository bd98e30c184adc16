# SPDX-License-Identifier: EUPL-1.2
"""The doorway of placements: decode, call, encode."""

from services.placements import schemas
from shared.messaging import Operations
from shared.runtime import Calls


class Service(Operations):
    """Places offered under an agreement, and what became of each."""

    name = "placements"
    calls = Calls(refusals=schemas.REFUSALS)
