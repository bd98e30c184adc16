# SPDX-License-Identifier: EUPL-1.2
"""The canonical bytes are those of RFC 8785, as an independent library writes them."""

import hashlib
from datetime import date
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import NotCanonical, canonical, content_hash

LARGEST = 2**53 - 1

keys = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
contents = st.dictionaries(
    keys,
    st.recursive(
        plain, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5)
    ),
    max_size=8,
)


@given(contents)
def test_canonical_is_what_the_standard_says(content: dict[str, Any]) -> None:
    assert canonical(content) == rfc8785.dumps(content)


@given(contents)
def test_hash_is_that_of_the_canonical_bytes(content: dict[str, Any]) -> None:
    assert content_hash(content) == hashlib.sha256(rfc8785.dumps(content)).hexdigest()


@given(contents, st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(content: dict[str, Any], random: Random) -> None:
    items = list(content.items())
    random.shuffle(items)

    assert canonical(dict(items)) == canonical(content)


@given(contents, st.floats(), st.sampled_from(["here", "in a list", "in an object"]))
def test_fraction_is_refused_wherever_it_stands(
    content: dict[str, Any], fraction: float, where: str
) -> None:
    hidden: Any = {"here": fraction, "in a list": [[fraction]], "in an object": {"x": [fraction]}}

    with pytest.raises(NotCanonical):
        canonical({**content, "fraction": hidden[where]})


@pytest.mark.parametrize(
    "content",
    [
        {1: "a"},
        {None: "a"},
        {"a": {2: "b"}},
        {"a": LARGEST + 1},
        {"a": date(2026, 12, 1)},
        {"a": "\ud800"},
        {"a": {1, 2}},
        {"a": b"bytes"},
        # RFC 8785 and orjson sort these two keys differently.
        {"\U00010000": 1, "\ue000": 2},
        {"a": [{"\U00010000": 1}]},
    ],
)
def test_content_without_a_single_form_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(NotCanonical):
        canonical(content)


def test_content_too_deep_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(2000):
        deep = {"a": deep}

    with pytest.raises(NotCanonical):
        canonical(deep)
