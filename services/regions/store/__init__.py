# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only room of this service that runs SQL."""

from services.regions.store.agreements import (
    get_held,
    list_consultations,
    list_held,
    lock_held,
    pending,
    record_decision,
)
from services.regions.store.contacts import (
    contact_history,
    get_contact,
    get_desk,
    get_employer,
    list_contacts,
    lock_desk,
    record_contact,
    save_desk,
)
from services.regions.store.copies import (
    store_agreements,
    store_consultations,
    store_employers,
    store_participations,
    store_placements,
    store_supports,
)
from services.regions.store.leads import (
    division_of,
    get_offer,
    lead_history,
    record_lead,
    record_offer,
)
from services.regions.store.organisations import (
    find_organisation,
    list_organisations,
    organisation_history,
    record_organisation,
)
from services.regions.store.placements import (
    add_reference,
    get_placement,
    know_reference,
    list_placements,
    lock_placement,
    record_placement_decision,
)
from services.regions.store.reference import (
    after_migrate,
    get_region,
    list_regions,
    load_reference,
)
from services.regions.store.retention import (
    files_held,
    find_files,
    forget_candidate,
    forget_file,
    forget_unused,
    forgettings,
)

__all__ = [
    "add_reference",
    "after_migrate",
    "contact_history",
    "division_of",
    "files_held",
    "find_files",
    "find_organisation",
    "forget_candidate",
    "forget_file",
    "forget_unused",
    "forgettings",
    "get_contact",
    "get_desk",
    "get_employer",
    "get_held",
    "get_offer",
    "get_placement",
    "get_region",
    "know_reference",
    "lead_history",
    "list_consultations",
    "list_contacts",
    "list_held",
    "list_organisations",
    "list_placements",
    "list_regions",
    "load_reference",
    "lock_desk",
    "lock_held",
    "lock_placement",
    "organisation_history",
    "pending",
    "record_contact",
    "record_decision",
    "record_lead",
    "record_offer",
    "record_organisation",
    "record_placement_decision",
    "save_desk",
    "store_agreements",
    "store_consultations",
    "store_employers",
    "store_participations",
    "store_placements",
    "store_supports",
]
