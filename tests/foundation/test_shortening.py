"""What is cut says so."""

import pytest

from foundation.shortening import shortened


@pytest.mark.parametrize(("words", "kept"), [("", ""), ("四个字啊", "四个字啊"), ("一共五个字", "一共五…")])
def test_the_end_shows_that_there_was_more(words, kept):
    assert shortened(words, 4) == kept
