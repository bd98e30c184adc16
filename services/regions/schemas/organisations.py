# SPDX-License-Identifier: EUPL-1.2
"""The organisations of a region, as people are shown them."""

from collections.abc import Sequence

from shared.contracts.api import regions as api
from shared.runtime import Json

_ORGANISATION, _DETAIL = api.Organisation(), api.OrganisationDetail()


def in_list(row: Json) -> Json:
    """Write an organisation as one of many."""
    body: Json = _ORGANISATION.dump(row)
    return body


def detail(history: Sequence[Json]) -> Json:
    """Write an organisation as it is now, with everything that was said of it."""
    body: Json = _DETAIL.dump({**history[0], "history": history})
    return body
