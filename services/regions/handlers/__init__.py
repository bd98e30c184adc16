# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed message, each in the caller's one transaction."""

from services.regions.handlers.agreements import (
    decide_on_agreement,
    get_held_agreement,
    list_held_agreements,
)
from services.regions.handlers.arrivals import (
    adopt_agreements,
    adopt_employers,
    adopt_participations,
)
from services.regions.handlers.contacts import (
    get_contact,
    get_desk,
    list_contacts,
    set_contact,
    set_desk,
)
from services.regions.handlers.reference import (
    get_region,
    list_organisations,
    list_regions,
)

__all__ = [
    "adopt_agreements",
    "adopt_employers",
    "adopt_participations",
    "decide_on_agreement",
    "get_contact",
    "get_desk",
    "get_held_agreement",
    "get_region",
    "list_contacts",
    "list_held_agreements",
    "list_organisations",
    "list_regions",
    "set_contact",
    "set_desk",
]
