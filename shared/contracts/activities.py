# SPDX-License-Identifier: EUPL-1.2
"""The processing activities in which a candidate is touched: the register that log lines name.

Everything else that Schakel processes is about organisations, places and roles.
"""

from dataclasses import dataclass

CANDIDATE = "kandidaatverwijzing"
"""The type of what identifies somebody here: a reference that the region made."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: its name in the register, what it is for, and what is touched."""

    name: str
    purpose: str
    touches: str

    def uri(self, oin: str) -> str:
        """Give its place in the register of the organisation with this OIN."""
        return f"urn:nld:oin:{oin}:verwerkingsactiviteit:{self.name}"


MAKE_REFERENCE = Activity(
    "kandidaat-verwijzing-maken",
    "to speak of a candidate without saying who it is",
    "the reference itself",
)
PROPOSE = Activity(
    "kandidaat-voorstellen",
    "to fill a place with a candidate who meets the criterion of a group",
    "the reference, groups, the doelgroepregister, and particulars of instruments",
)
READ_FILE = Activity(
    "plaatsingsdossier-inzien",
    "to guide a placement at the desk of the region",
    "the reference, groups, the doelgroepregister, and particulars of instruments",
)

FORGET = Activity(
    "kandidaat-vergeten",
    "to do what a candidate asks who wants to be forgotten",
    "all of it, which is gone afterwards",
)

ACTIVITIES = (MAKE_REFERENCE, PROPOSE, READ_FILE, FORGET)
