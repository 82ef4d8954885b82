"""The 验证码 of a receipt cannot be made without its own key."""

import re

from refunds.inquiry.codes import code_of, fits


def test_it_reads_in_groups_and_has_no_letter_that_is_misread():
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code_of("YL202611260000153"))


def test_it_is_of_one_number_and_of_one_key(settings):
    code = code_of("YL202611260000153")
    assert fits("YL202611260000153", code)
    assert not fits("YL202611260000154", code)
    settings.RECEIPT_KEY = bytes(32)
    assert not fits("YL202611260000153", code)


def test_no_other_key_of_the_portal_is_used(settings):
    code = code_of("YL202611260000153")
    settings.INDEX_KEY = bytes(32)
    assert code_of("YL202611260000153") == code


def test_neighbouring_numbers_have_nothing_in_common():
    codes = {code_of(f"YL20261126{n:07d}")[:4] for n in range(500)}
    assert len(codes) > 490
