# SPDX-License-Identifier: EUPL-1.2
"""The edge: what people send, what they get, what other services say and hear."""

from collections.abc import Mapping

from shared.runtime import Refusal

REFUSALS: Mapping[type[Exception], Refusal] = {}
