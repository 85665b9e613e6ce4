"""What is kept of a message is known again by its digest, whoever writes the JSON."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.transactions.rules.content import canonical

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(content=plain)
def test_what_is_kept_has_the_canonical_form_that_any_writer_of_json_gives_it(content: Any) -> None:
    """The digests on record were made so, and those of another writer must not differ."""
    assert canonical(content) == json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
