# SPDX-License-Identifier: EUPL-1.2
"""Support providers, and the support that was asked of them: the rules."""


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""
