# SPDX-License-Identifier: EUPL-1.2
"""What a region keeps of candidates and for how long, and forgetting one of them."""

from shared.contracts.api import fields as f
from shared.contracts.api.regions.placements import REFERENCE
from shared.contracts.api.shapes import Answer, Request, many


class EraseCandidate(Request):
    """Names the candidate who is to be forgotten; it stands in no address and in no log."""

    candidate_reference = f.formed(
        "The candidate, by the region's reference.", "AM23-7K4M-2QXD", REFERENCE, required=True
    )


class CandidateErased(Answer):
    """A candidate is forgotten; nothing here says who it was."""

    region = f.region_code("The region that had made the reference.")
    files = f.whole("In how many files it stood.", 1, smallest=0)
    erased_at = f.moment("When it was forgotten.")


class RetentionPeriod(Answer):
    """How long what a region wrote of a candidate is kept after the last step."""

    state = f.line("The state of the place; unused is a reference that no place has.", "declined")
    days = f.whole("How many days.", 28)
    basis = f.line("Why so many.", "proposal: as for who is not placed")
    proposed = f.flag("Whether it is the proposed period, or one that was set.", example=True)


class FilesHeld(Answer):
    """How many files of a region are kept in one state."""

    region = f.region_code("The region.")
    state = f.line("The state of the place, or unused.", "declined")
    files = f.whole("How many.", 3)
    oldest_on = f.day("Day of the last step of the oldest.", "2026-12-01")
    kept_until = f.day("Last day on which the oldest is kept.", "2026-12-29")
    overdue = f.flag("Whether that day has passed.", example=False)


class Forgotten(Answer):
    """How much a region has forgotten."""

    region = f.region_code("The region.")
    cause = f.line("period, unused or erasure.", "period")
    files = f.whole("How many files.", 3, smallest=0)
    candidates = f.whole("How many references.", 2, smallest=0)
    last_at = f.moment("When the last of them was forgotten.")


class RetentionReport(Answer):
    """What is kept and what was forgotten: counts by region, and no reference."""

    periods = many(RetentionPeriod, "The periods in force.")
    held = many(FilesHeld, "What is kept, by region and state.")
    forgotten = many(Forgotten, "What was forgotten, by region and cause.")
