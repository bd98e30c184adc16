# SPDX-License-Identifier: EUPL-1.2
"""The page on reliability names every fault that a campaign knows, and no other."""

import re
from pathlib import Path

from tests.chaos.catalogue import faults

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def section(title: str) -> str:
    """Give what stands under a title."""
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_kind_of_fault_is_described() -> None:
    rows = re.findall(r"^\| (`.+`) \| .+ \| .+ \|$", section("The faults"), re.MULTILINE)

    told = [kind for row in rows for kind in re.findall(r"`([^`]+)`", row)]

    assert sorted(told) == sorted(faults())


def test_recovery_is_told_of_kinds_that_exist() -> None:
    told = re.findall(r"^\| `([^`]+)` \|", section("How long recovery takes"), re.MULTILINE)

    assert told
    assert set(told) <= faults().keys()
