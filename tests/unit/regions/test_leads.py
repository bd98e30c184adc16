# SPDX-License-Identifier: EUPL-1.2
"""There is one lead for every sector in every region, whatever is asked."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.regions.domain import (
    Basis,
    Division,
    Override,
    RegionCode,
    SectorLead,
    make_reference,
    sector_code,
)
from services.regions.domain.candidates import PATTERN
from services.regions.domain.refusals import OrganisationUnknown, OverrideUnexplained
from shared.contracts import codes, reference
from shared.contracts.api import regions as api

ZUID_LIMBURG = RegionCode("AM30")
FOUR = ("Podium24", "UWV", "WSP Parkstad", "Westelijke Mijnstreek")
ZORG = SectorLead(
    ZUID_LIMBURG, "zorg", "Zorg", "WSP Parkstad", Basis.ESZL, "WSP Parkstad", "Parkstad", "Heerlen"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Zorg", "zorg"),
        ("  ZORG ", "zorg"),
        ("Leisure Horeca", "leisure_horeca"),
        ("leisure_horeca", "leisure_horeca"),
        ("Transport & logistiek", "transport_logistiek"),
        ("Coöperatie", "cooperatie"),
    ],
)
def test_every_spelling_of_a_sector_has_one_code(text: str, code: str) -> None:
    assert sector_code(text) == code


def test_lead_is_whom_the_division_names() -> None:
    assert Division(ZUID_LIMBURG, {"zorg": ZORG}, FOUR).lead_of("ZORG") == ZORG


def test_region_with_one_organisation_sends_everything_there() -> None:
    lead = Division(RegionCode("AM36"), {}, ("WSP Regio Zwolle",)).lead_of("facilitair")

    assert (lead.organisation, lead.basis) == ("WSP Regio Zwolle", Basis.ONLY_ORGANISATION)


@pytest.mark.parametrize("organisations", [(), FOUR])
def test_desk_has_what_nobody_leads(organisations: tuple[str, ...]) -> None:
    lead = Division(ZUID_LIMBURG, {"zorg": ZORG}, organisations).lead_of("Bouw")

    assert (lead.organisation, lead.basis) == (None, Basis.DESK)


@given(st.sampled_from(reference.region_codes()), st.text(max_size=60), st.sets(st.text()))
def test_there_is_always_an_answer(code: str, sector: str, organisations: set[str]) -> None:
    division = Division(RegionCode(code), {"zorg": ZORG}, tuple(sorted(organisations)))

    lead = division.lead_of(sector)

    assert lead.basis.value in codes.LEAD_BASES
    assert lead.organisation is not None or lead.basis is Basis.DESK
    for one in {*organisations, "WSP Parkstad"}:
        share = division.share_of(one)
        found = lead.sector in share.led or (share.rest and lead.sector not in share.known)
        assert found is (lead.organisation == one)


def test_override_needs_a_reason_and_an_organisation_of_the_region() -> None:
    with pytest.raises(OverrideUnexplained):
        ZORG.overridden(Override("UWV", None, None), FOUR)
    with pytest.raises(OrganisationUnknown, match="WSP Regio Zwolle"):
        ZORG.overridden(Override("WSP Regio Zwolle", None, "Nabijheid"), FOUR)


def test_override_keeps_what_the_division_says_and_can_go_back_to_it() -> None:
    taken = ZORG.overridden(Override("UWV", None, "Capaciteit"), FOUR)
    back = taken.overridden(Override("WSP Parkstad", None, "Weer ruimte"), FOUR)

    assert (taken.organisation, taken.basis, taken.revision) == ("UWV", Basis.OVERRIDE, 1)
    assert (taken.by_division, taken.coordinator) == ("WSP Parkstad", "Heerlen")
    assert (back.organisation, back.basis, back.revision) == ("WSP Parkstad", Basis.ESZL, 2)


@given(st.randoms(use_true_random=False))
def test_every_reference_is_one_to_the_interface_and_none_can_pass_for_a_number(by: Random) -> None:
    made = make_reference(RegionCode("AM23"), by.choice)
    told = {"region": "AM23", "candidateReference": made, "madeAt": "2026-12-02T09:00:00Z"}

    assert not api.CandidateReference().validate(told)
    assert max(map(len, re.findall(r"[0-9]+", made))) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "AM23-1234-5678",
        "AM23-JANS-SEN8",
        "Jan Jansen",
        "AM23-7K4M",
        "am23-7k4m-2qxd",
        "AM23-7K4M-2QXD-",
        "AM23-7O4M-2QXD",
        "123456782",
    ],
)
def test_nothing_else_reads_as_a_reference(text: str) -> None:
    wrong = api.CandidateReference().validate(
        {"region": "AM23", "candidateReference": text, "madeAt": "2026-12-02T09:00:00Z"}
    )

    assert "candidateReference" in wrong


def test_interface_and_domain_draw_a_reference_the_same() -> None:
    for text in ("AM23-7K4M-2QXD", "AM23-AAAA-9Z9Z", "AM23-0A0A-0A0A", "AM23-9IAA-2QXD"):
        assert bool(re.fullmatch(PATTERN, text)) == bool(re.fullmatch(api.REFERENCE[0], text)), text
