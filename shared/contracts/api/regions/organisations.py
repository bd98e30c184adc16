# SPDX-License-Identifier: EUPL-1.2
"""Who serves employers in a region."""

from collections.abc import Sequence

from marshmallow import ValidationError, validates

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, Request, many

_SOURCE = "Samen sterk(er), Zuid-Limburg"


class SetOrganisation(Request):
    """Says what an organisation of the region is; a new one is added."""

    kind = f.code("What it is.", "wsp", codes.ORGANISATION_KINDS, required=True)
    status = f.code(
        "Whether it is at work yet.", "actief", codes.ORGANISATION_STATES, load_default="actief"
    )
    audiences = f.codes("Whom it serves.", ["werkgevers"], codes.AUDIENCES, required=True)
    sectors = f.few_lines(
        "Sectors that it serves; all when left out.", ["Zorg"], least=0, most=50, load_default=()
    )
    source = f.line("Where that can be read.", _SOURCE, allow_none=True, load_default=None)
    reason = f.reason(required=True)

    @validates("audiences")
    def serves_somebody(self, audiences: Sequence[str], **_more: object) -> None:
        """Refuse an organisation that serves nobody."""
        if not audiences:
            raise ValidationError("Name at least one.")


class Organisation(Answer):
    """An organisation that serves employers in the region."""

    name = f.line("Its name.", "WSP Parkstad")
    kind = f.code("What it is.", "wsp", codes.ORGANISATION_KINDS)
    status = f.code("Whether it is at work yet.", "actief", codes.ORGANISATION_STATES)
    audiences = f.codes("Whom it serves.", ["werkgevers"], codes.AUDIENCES)
    sectors = f.lines("Sectors that it serves; empty for all.", ["Zorg"])
    source = f.line("Where that was read, if anywhere.", _SOURCE, allow_none=True)
    revision = f.whole("Counts what was said of it; also the ETag.", 1)


class OrganisationPage(Page):
    """Organisations of a region, by name."""

    items = many(Organisation)


class OrganisationSaid(Organisation):
    """What was said of an organisation, and by the region: when and why."""

    reason = f.reason(allow_none=True)
    recorded_at = f.moment("When the region said so.", allow_none=True)


class OrganisationDetail(Organisation):
    """An organisation as it is now, and everything that was said of it."""

    history = many(OrganisationSaid, "The latest first; the last is what a source told, if any.")
