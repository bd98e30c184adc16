# SPDX-License-Identifier: EUPL-1.2
"""Who sees what: of every table of every service, what a region, an employer and a provider reach.

`SEEN` says what each reads; what each may write is `WRITTEN` where that is less. Whoever works for
all reads everything but `FILES`.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.integration.runtime.rows_of_everybody import Whose


class Seen(NamedTuple):
    """What each sees of a table: all, own, nothing, or what belongs to what it takes part in."""

    region: str = "nothing"
    employer: str = "nothing"
    provider: str = "nothing"


MEANS: dict[str, Callable[[Whose], bool]] = {
    "all": lambda _: True,
    "nothing": lambda _: False,
    "of our region": lambda whose: whose.region == "own",
    "of our employer": lambda whose: whose.employer == "own",
    "of our provider": lambda whose: whose.provider == "own",
    "of our agreement": lambda whose: whose.employer == "own",
    "of our work": lambda whose: whose.region == whose.employer == "own",
}
OURS = Seen("of our region", "of our employer", "of our provider")
OF_A_REGION = Seen("of our region")
OF_BOTH = Seen("of our region", "of our employer")
REGISTRY = Seen("all", "of our employer")

SEEN = {
    "employers": {
        "employers": REGISTRY,
        "employer_changes": Seen(employer="of our employer"),
    },
    "agreements": {
        "employers": REGISTRY,
        "contacts": REGISTRY,
        "participations": REGISTRY,
        "agreements": Seen("of our agreement", "of our employer"),
        **dict.fromkeys(("bottlenecks", "solutions"), Seen("of our agreement", "of our employer")),
        "agreement_versions": Seen("of our agreement", "of our employer"),
        **dict.fromkeys(
            ("consultations", "evaluations"), Seen("of our agreement", "of our employer")
        ),
        "agreement_changes": Seen(),
        **dict.fromkeys(("annexes", "arrangements", "projects", "tallies"), OF_BOTH),
        "project_results": OF_BOTH,
        **dict.fromkeys(("decisions", "comments", "instruments"), OF_A_REGION),
    },
    "placements": {
        "calls": OF_BOTH,
        "placements": OF_BOTH._replace(provider="of our work"),
        "placement_changes": OF_BOTH._replace(provider="of our work"),
        "tallies": OF_BOTH,
        "decisions": OF_A_REGION,
        "supports": OURS,
    },
    "providers": {
        "providers": Seen("all", "all", "of our provider"),
        "provider_changes": Seen(provider="of our provider"),
        "placements": OF_BOTH,
        "supports": OURS,
        "support_changes": OURS,
    },
    "regions": {
        **dict.fromkeys(("region_agreements", "region_participations"), OF_A_REGION),
        **dict.fromkeys(("region_consultations", "region_placements"), OF_A_REGION),
        **dict.fromkeys(("region_supports", "decisions", "instrument_offers"), OF_A_REGION),
        "forgettings": OF_A_REGION,
        **dict.fromkeys(("candidate_references", "placement_decisions"), OF_A_REGION),
        **dict.fromkeys(("desks", "organisation_changes", "sector_leads"), Seen(*["all"] * 3)),
        "contacts": OF_BOTH,
        "employers": REGISTRY,
    },
}
WRITTEN = {
    "employers": {"employers": Seen(), "employer_changes": Seen()},
    "agreements": {
        "employers": Seen(employer="of our employer"),
        **dict.fromkeys(("contacts", "participations"), OF_BOTH),
        **dict.fromkeys(("consultations", "evaluations"), Seen()),
    },
    "placements": {
        "calls": Seen(employer="of our employer"),
        "placements": OF_BOTH,
    },
    "providers": {"providers": Seen(), "provider_changes": Seen()},
    "regions": {
        **dict.fromkeys(("desks", "organisation_changes", "sector_leads"), OF_A_REGION),
        "contacts": OF_A_REGION,
        "employers": Seen(employer="of our employer"),
    },
}
# What belongs to one region by its name: whoever may see all regions does not see this.
FILES = frozenset({"candidate_references", "placement_decisions"})
# Reference data: everybody reads it, and the service's role may not write it.
REFERENCE = frozenset(
    {
        *("region_aliases", "region_neighbours", "municipalities", "region_organisations"),
        "sector_divisions",
    }
)
