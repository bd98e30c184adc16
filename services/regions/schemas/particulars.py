# SPDX-License-Identifier: EUPL-1.2
"""The particulars of instruments have one name inside and one outside."""

from shared.contracts.api.regions import UseInstrument

_FIELDS = UseInstrument().fields


def outside(name: str) -> str:
    """Name a particular as people write it: `wage_value` is `wageValue`."""
    return str(_FIELDS[name].data_key)
