# SPDX-License-Identifier: EUPL-1.2
"""What people say: bodies become what the domain is asked, or every fault is raised."""

from services.regions.domain import (
    Appointment,
    Choice,
    ContactKind,
    Override,
    Particulars,
    Wish,
)
from shared.contracts.api import regions as api
from shared.runtime import load


def wish(body: object) -> Wish:
    """Read what a region wants decided, or raise every fault."""
    given = load(api.DecideOnAgreement(), body)
    return Wish(choice=Choice(given.pop("decision")), **given)


def appointment(body: object) -> Appointment:
    """Read who is to answer an employer, or raise every fault."""
    given = load(api.SetContact(), body)
    return Appointment(kind=ContactKind(given.pop("kind")), **given)


def desk_particulars(body: object) -> dict[str, str | None]:
    """Read how a desk is reached, or raise every fault."""
    return load(api.SetDesk(), body)


def override(body: object) -> Override:
    """Read who is to take the lead for a sector, or raise every fault."""
    return Override(**load(api.SetSectorLead(), body))


def offered(body: object) -> tuple[tuple[str, ...], str | None]:
    """Read what a region has on offer and why, or raise every fault."""
    given = load(api.SetInstruments(), body)
    return tuple(sorted(given["offered"])), given["reason"]


def organisation(body: object) -> tuple[Particulars, str]:
    """Read what a region says of an organisation and why, or raise every fault."""
    given = load(api.SetOrganisation(), body)
    reason = given.pop("reason")
    given |= {name: tuple(given[name]) for name in ("audiences", "sectors")}
    return Particulars(**given), reason
