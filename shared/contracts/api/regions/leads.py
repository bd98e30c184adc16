# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead for a sector in a region."""

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, Request, many

_ORGANISATION = "WSP Parkstad"


class SetSectorLead(Request):
    """Gives the lead for a sector to an organisation of the region."""

    organisation = f.line("Which organisation.", _ORGANISATION, required=True)
    coordinator = f.line(
        "Centre municipality that coordinates; stays as it is when left out.",
        "Heerlen",
        load_default=None,
    )
    reason = f.reason(required=True)


class SectorLead(Answer):
    """Who takes the lead for a sector; where no organisation does, the region's desk."""

    region = f.region_code("The region.")
    sector = f.line("Code of the sector.", "zorg")
    name = f.line("The sector.", "Zorg")
    organisation = f.line("Who takes the lead.", _ORGANISATION, allow_none=True)
    basis = f.code("Why that one.", "eszl", codes.LEAD_BASES)
    by_division = f.line("Whom the division names.", _ORGANISATION, allow_none=True)
    sub_region = f.line("Part of the region.", "Parkstad", allow_none=True)
    coordinator = f.line("Centre municipality that coordinates.", "Heerlen", allow_none=True)
    revision = f.whole("Counts the changes; also the ETag; 0 while nothing is set.", 1, smallest=0)


class SectorLeadPage(Page):
    """Sectors of a region, by sub-region and name."""

    items = many(SectorLead)


class LeadGiven(Answer):
    """To whom the lead was given, when and why."""

    organisation = f.line("Who took the lead.", _ORGANISATION)
    coordinator = f.line("Centre municipality that coordinates.", "Heerlen", allow_none=True)
    basis = f.code("Why that one.", "override", codes.LEAD_BASES)
    reason = f.reason()
    recorded_at = f.moment("When it was recorded.")


class SectorLeadDetail(SectorLead):
    """Who takes the lead for a sector, and who did before."""

    history = many(LeadGiven, "Every change, the latest first.")
