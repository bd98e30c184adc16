# SPDX-License-Identifier: EUPL-1.2
"""A line of the audit says on what something was done, in the words that the rest uses."""

import pytest

from services.gateway.operations import operations
from shared.runtime.audit import aggregate_of, trace_of

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("path", "aggregate"),
    [
        ("agreements/5e1a", "agreement/5e1a"),
        ("agreements/5e1a/publications", "agreement/5e1a"),
        ("agreements/5e1a/annexes/3", "agreement/5e1a/annex/3"),
        ("support-requests/5e1a", "support/5e1a"),
        ("regions/AM36/placements/5e1a", "region/AM36/placement/5e1a"),
        ("employers", None),
    ],
)
def test_a_path_leads_to_an_aggregate(path: str, aggregate: str | None) -> None:
    assert aggregate_of(path.split("/")) == aggregate


def test_whatever_can_be_changed_has_a_name_that_is_not_a_plural() -> None:
    before_holes = {
        parts[n - 1]
        for parts in (one.segments for one in operations() if one.effect != "reads")
        for n, part in enumerate(parts)
        if part.startswith("{")
    }

    named = {str(aggregate_of([many, "1"])).split("/")[0] for many in before_holes}

    assert named == {
        *("agreement", "annex", "bottleneck", "contact", "employer", "organisation"),
        *("participant", "placement", "project", "provider", "region", "sector-lead", "support"),
    }


def test_a_trace_is_taken_out_of_what_the_caller_sent() -> None:
    assert trace_of(f"00-{TRACE}-b7ad6b7169203331-01") == TRACE
    assert trace_of(None) is None
