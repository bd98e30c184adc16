# SPDX-License-Identifier: EUPL-1.2
"""Makes the profile `nightly` known before it is asked for: `--hypothesis-profile nightly`."""

from tests.property import rhythm

__all__ = ["rhythm"]
