# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed message, each in the caller's one transaction."""

from services.regions.handlers.agreements import (
    decide_on_agreement,
    get_held_agreement,
    list_consultations,
    list_held_agreements,
)
from services.regions.handlers.arrivals import (
    adopt_agreements,
    adopt_consultations,
    adopt_employers,
    adopt_participations,
    adopt_placements,
    adopt_supports,
)
from services.regions.handlers.contacts import (
    get_contact,
    get_desk,
    list_contacts,
    set_contact,
    set_desk,
)
from services.regions.handlers.leads import (
    get_instruments,
    get_sector_lead,
    list_sector_leads,
    set_instruments,
    set_sector_lead,
)
from services.regions.handlers.organisations import (
    get_organisation,
    list_organisations,
    set_organisation,
)
from services.regions.handlers.pending import measure_pending
from services.regions.handlers.placements import (
    decide_on_placement,
    get_desk_placement,
    list_desk_placements,
    make_candidate_reference,
)
from services.regions.handlers.reference import (
    get_region,
    list_regions,
)
from services.regions.handlers.retention import (
    erase_candidate,
    forget_files,
    forget_unused,
    report_retention,
)

__all__ = [
    "adopt_agreements",
    "adopt_consultations",
    "adopt_employers",
    "adopt_participations",
    "adopt_placements",
    "adopt_supports",
    "decide_on_agreement",
    "decide_on_placement",
    "erase_candidate",
    "forget_files",
    "forget_unused",
    "get_contact",
    "get_desk",
    "get_desk_placement",
    "get_held_agreement",
    "get_instruments",
    "get_organisation",
    "get_region",
    "get_sector_lead",
    "list_consultations",
    "list_contacts",
    "list_desk_placements",
    "list_held_agreements",
    "list_organisations",
    "list_regions",
    "list_sector_leads",
    "make_candidate_reference",
    "measure_pending",
    "report_retention",
    "set_contact",
    "set_desk",
    "set_instruments",
    "set_organisation",
    "set_sector_lead",
]
