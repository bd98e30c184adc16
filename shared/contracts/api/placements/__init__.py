# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the placements service."""

from shared.contracts.api.placements.answers import (
    NationalContext,
    Placement,
    PlacementCall,
    PlacementCallDetail,
    PlacementCallPage,
    PlacementCounts,
    PlacementCountsOfRegion,
    PlacementCountsPage,
    PlacementDetail,
    PlacementHistoryItem,
    PlacementHistoryPage,
    PlacementPage,
)
from shared.contracts.api.placements.requests import (
    EndPlacement,
    OfferCall,
    OfferPlace,
    ReportCheckIn,
    ReportStart,
    WithdrawPlace,
)
from shared.contracts.api.shapes import shapes

OPERATIONS = shapes(
    offer_place=(OfferPlace, PlacementDetail),
    list_placements=(None, PlacementPage),
    get_placement=(None, PlacementDetail),
    list_placement_history=(None, PlacementHistoryPage),
    report_start=(ReportStart, PlacementDetail),
    report_check_in=(ReportCheckIn, PlacementDetail),
    end_placement=(EndPlacement, PlacementDetail),
    withdraw_place=(WithdrawPlace, PlacementDetail),
    offer_call=(OfferCall, PlacementCallDetail),
    list_calls=(None, PlacementCallPage),
    get_call=(None, PlacementCallDetail),
    count_placements=(None, PlacementCountsPage),
)

__all__ = [
    "OPERATIONS",
    "EndPlacement",
    "NationalContext",
    "OfferCall",
    "OfferPlace",
    "Placement",
    "PlacementCall",
    "PlacementCallDetail",
    "PlacementCallPage",
    "PlacementCounts",
    "PlacementCountsOfRegion",
    "PlacementCountsPage",
    "PlacementDetail",
    "PlacementHistoryItem",
    "PlacementHistoryPage",
    "PlacementPage",
    "ReportCheckIn",
    "ReportStart",
    "WithdrawPlace",
]
