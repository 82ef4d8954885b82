"""Breadcrumbs by URL name."""

import pytest
from django.urls import NoReverseMatch

from foundation.trail import Trail

HOME = Trail().to("首页", "home")


def test_a_trail_ends_where_the_reader_is():
    assert HOME.here("查询中心") == [("首页", "/"), ("查询中心", None)]


def test_a_step_without_a_page_is_only_a_word():
    assert HOME.to("更多功能").here("社保费退费")[1] == ("更多功能", None)


def test_a_step_takes_the_arguments_of_its_address():
    assert HOME.to("申请单", "refunds:detail", "YL1").here("更正账户")[1] == ("申请单", "/refunds/YL1/")


def test_going_further_leaves_the_trail_as_it_was():
    HOME.to("办税中心", "tax-service")
    assert HOME.here("首页") == [("首页", "/"), ("首页", None)]


def test_a_page_that_does_not_exist_is_noticed():
    with pytest.raises(NoReverseMatch):
        HOME.to("没有", "nowhere").here("这里")
