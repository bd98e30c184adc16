# SPDX-License-Identifier: EUPL-1.2
"""A free text has no place for a citizen service number or a date of birth."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from stdnum.nl import bsn

from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Request
from shared.contracts.personal import findings

TODAY = date(2026, 12, 1)
# Numbers of documentation: they pass the test and belong to nobody.
NUMBER = "111222333"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"BSN {NUMBER}, graag bellen",
        f"bsn:{NUMBER}.",
        "111.222.333",
        "111 222 333",
        "1112-22-333",
        "11 12 22 333",
        f"plek 12 {NUMBER}",
        "012345672",
        f"({NUMBER})",
        f"nr{NUMBER}x",
    ],
)
def test_number_that_passes_the_11_test_is_found(text: str) -> None:
    assert findings(text, TODAY) == {"bsn"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "111222334",
        "000000000",
        "038 000 0000",
        "06-12345678",
        "+31 38 000 0000",
        "00000099000000001000",
        "2026-12-01 8 plekken",
        "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d",
        "0.111222333",
        "1234567890",
        "NL91ABNA0417164300",
        "vanaf 15-01-2027, 32 uur, 5 plekken",
        "de ondertekening van 11-09-2024",
        "sinds 01-01-2013",
        "11-09-26",
        "12-03-30",
        "32-13-1990",
        "AM36 en GM0505",
    ],
)
def test_other_figures_may_stand(text: str) -> None:
    assert findings(text, TODAY) == set()


@pytest.mark.parametrize(
    "text",
    [
        "12-03-1990",
        "geboren op 12/3/1990",
        "12.03.1990",
        "12 03 1990",
        "12 maart 1990",
        "12 mrt. 1990",
        "12 March 1990",
        "3 mei '88",
        "1 augustus 2009",
        "12-03-90",
        "1-1-08",
        "1990-03-12",
        "01-12-2012",
        "01-12-1916",
    ],
)
def test_date_of_14_to_110_years_ago_is_found(text: str) -> None:
    assert findings(text, TODAY) == {"birth-date"}


@pytest.mark.parametrize("text", ["02-12-2012", "30-11-1915"])
def test_younger_and_older_is_no_birth_that_matters(text: str) -> None:
    assert findings(text, TODAY) == set()


@given(
    st.integers(min_value=1, max_value=99_999_999),
    st.lists(st.sampled_from(["", " ", ".", "-"]), min_size=9, max_size=9),
    st.text("abc ,:()", max_size=5),
)
def test_no_way_of_writing_hides_a_number(start: int, splits: list[str], around: str) -> None:
    for last in range(10):
        digits = f"{start:08}{last}"
        text = around + "".join(d + s for d, s in zip(digits, [*splits[:8], ""], strict=True)) + "b"
        assert ("bsn" in findings(text, TODAY)) or not bsn.is_valid(digits) or "-" in splits[:8]


class Note(Request):
    """What somebody sends."""

    said = f.text("Why.", "Overleg")
    telephone = f.telephone()


def test_text_with_a_number_is_refused_and_the_number_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        Note().load({"said": f"Kandidaat {NUMBER}, geboren 12-03-1990"})

    (messages,) = refused.value.normalized_messages().values()
    assert len(messages) == 2
    assert NUMBER not in str(messages)
    assert "1990" not in str(messages)


def test_telephone_numbers_are_numbers() -> None:
    assert Note().load({"telephone": NUMBER}) == {"telephone": NUMBER}
