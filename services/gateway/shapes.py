# SPDX-License-Identifier: EUPL-1.2
"""Answers that are put together here, out of what each service knows of itself."""

from marshmallow import fields

from shared.contracts.api import operations
from shared.contracts.api.shapes import Answer, shapes


class _FromServices(Answer):
    """One page of the lists of several services, put after each other."""

    unanswered = fields.List(
        fields.String(),
        metadata={"description": "Services that did not answer; not listed.", "example": []},
    )


class DeadLettersOfServices(_FromServices, operations.DeadLetterPage):
    """Dead letters, by service."""


class OpenDeliveriesOfServices(_FromServices, operations.OpenDeliveryPage):
    """Open deliveries, by service."""


OPERATIONS = shapes(
    list_dead_letters=(None, DeadLettersOfServices),
    get_dead_letter=(None, operations.DeadLetterDetail),
    list_open_deliveries=(None, OpenDeliveriesOfServices),
)
