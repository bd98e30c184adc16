# SPDX-License-Identifier: EUPL-1.2
"""The doorway of providers: decode, call, encode."""

from services.providers import schemas
from shared.messaging import Operations
from shared.runtime import Calls


class Service(Operations):
    """Support providers, and the support that was asked of them."""

    name = "providers"
    calls = Calls(refusals=schemas.REFUSALS)
