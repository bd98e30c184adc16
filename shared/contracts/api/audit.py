# SPDX-License-Identifier: EUPL-1.2
"""What auditors read of each service: who did what, and the chain that seals it."""

from marshmallow import fields

from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, many, nested

_SERVICE = "agreements"


class AuditTold(Answer):
    """What a line tells."""

    at = f.moment("When it was asked for.")
    subject = f.line("Who asked: as the token names them; `clock` where nobody did.", "s-17")
    role = f.line("In which role; `system` where nobody asked.", "wsp-manager")
    scope = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What the role is bound to.", "example": {"region": "AM23"}},
    )
    operation = f.line("What was asked for.", "decide_on_agreement")
    aggregate = f.line(
        "On what, where it has a name.",
        "agreement/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d",
        allow_none=True,
    )
    version = f.whole(
        "Its revision after it; of what was refused the one that was asked for.",
        4,
        smallest=0,
        allow_none=True,
    )
    origin = f.line("The address that it came from.", "192.0.2.7", allow_none=True)
    status = f.whole("The HTTP status of the answer.", 200)
    problem = f.line("Why it was refused.", None, allow_none=True)
    trace = f.line("The trace that it belongs to.", None, allow_none=True)


class AuditLine(AuditTold):
    """A line of the audit."""

    service = f.line("The service that did it, or refused.", _SERVICE)
    id_ = f.line("Identity of the line.", "agreements-17", data_key="id")
    seq = f.whole("The link that seals it; null within its first second.", 17, allow_none=True)


class AuditLinePage(Page):
    """Lines of the audit, newest first."""

    items = many(AuditLine)


class AuditLink(Answer):
    """A link of the chain, with the line that it seals; of what is gone, nulls."""

    service = f.line("The service whose chain it is.", _SERVICE)
    seq = f.whole("Its place.", 17)
    line_id = f.whole("The number of the line that it seals.", 17, allow_none=True)
    digest = f.sha256("The hash of that line when it was sealed.", allow_none=True)
    hash = f.sha256("The hash of this link and the one before it.", allow_none=True)
    sealed_at = f.moment("When it was sealed.", allow_none=True)
    line = nested(AuditTold, "What the line says now.", allow_none=True)


class AuditLinkPage(Page):
    """A part of a chain, the first link first; `total` is the place of the newest."""

    items = many(AuditLink)


class AuditHead(Answer):
    """What one service was told of the chain of another."""

    service = f.line("The service that remembers it.", "employers")
    of = f.line("The service whose chain it is.", _SERVICE)
    seq = f.whole("The place of its newest link then.", 17)
    hash = f.sha256("The hash of that link.")
    told_at = f.moment("When it was told.")


class AuditHeadPage(Page):
    """Heads, newest first; of each hour the last."""

    items = many(AuditHead)
