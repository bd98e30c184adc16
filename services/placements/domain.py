# SPDX-License-Identifier: EUPL-1.2
"""Places offered under an agreement, and what became of each: the rules."""


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""
