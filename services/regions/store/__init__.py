# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only room of this service that runs SQL."""

from services.regions.store.agreements import (
    get_held,
    list_held,
    lock_held,
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
    store_employers,
    store_participations,
)
from services.regions.store.reference import (
    after_migrate,
    get_region,
    list_organisations,
    list_regions,
    load_reference,
)

__all__ = [
    "after_migrate",
    "contact_history",
    "get_contact",
    "get_desk",
    "get_employer",
    "get_held",
    "get_region",
    "list_contacts",
    "list_held",
    "list_organisations",
    "list_regions",
    "load_reference",
    "lock_desk",
    "lock_held",
    "record_contact",
    "record_decision",
    "save_desk",
    "store_agreements",
    "store_employers",
    "store_participations",
]
