"""核对 and 提交 (M1-11, M2-11): the whole number is compared once more; what was checked is what is submitted."""

import pytest

from bankreports import register
from bankreports.models import Bank, DepositAccountReport
from bankreports.register import MOST_ACCOUNTS, Owner
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, in_draft, in_force, reported, submit, typed
from tests.bankreports.reading import ADD, CHECK, REMOVE, URL, close_url, confirm, edit_url, rows, shown, summary
from tests.pages import find_all, text, tree

pytestmark = pytest.mark.django_db
CHANGED = "在您核对之后又有改动"


def submitted_reports():
    return DepositAccountReport.objects.exclude(submitted_at=None)


def test_it_shows_every_answer_with_the_whole_number_in_groups(client, resident):
    drafted(resident, takes_refund=True, remark="农行卡")
    words = text(client.get(CHECK))
    assert all(
        part in words
        for part in (
            "尚未提交", "请拿出银行卡或存折", "6228 4804 0256 4890 018", "新增：中国农业银行", resident.person.name,
            "中国农业银行股份有限公司鄂州鄂城支行", "湖北省(鄂州市华容区)", "一般存款账户", "人民币元", "2026-01-05",
            "一般退税账户标识 是", "首选缴税账户标识 否", "农行卡", "经办人", "报告日期", "确认并提交报告",
        )
    )  # fmt: skip


def test_it_shows_only_what_the_report_changes(client, resident):
    reported(resident, OTHER_ACCOUNT)
    drafted(resident)
    assert "9559 9000 0000 0008 8" not in text(client.get(CHECK))


def test_it_is_not_kept_by_the_browser(client, resident):
    drafted(resident)
    assert client.get(CHECK)["Cache-Control"] == "no-store"


def test_it_does_not_show_the_whole_id_number(client, resident):
    drafted(resident)
    assert resident.person.id_number.reveal("in a test") not in client.get(CHECK).content.decode()


def test_each_account_can_still_be_modified(client, resident):
    record = drafted(resident)
    links = [node["attrs"].get("href") for node in find_all(tree(client.get(CHECK)), lambda tag, attrs: tag == "a")]
    assert f"{edit_url(record)}?from=check" in links
    assert URL in links
    response = client.post(f"{edit_url(record)}?from=check", typed(resident, remark="工资卡"))
    assert response.url == CHECK  # and one is back where one came from


def test_looking_at_it_submits_nothing(client, resident):
    drafted(resident)
    client.get(CHECK)
    assert not submitted_reports().exists()


def test_confirming_makes_the_accounts_usable_at_once(client, resident):
    drafted(resident)
    words = text(confirm(client))
    assert "存款账户账号报告已提交，账户现在就可以用于退费" in words
    assert [account.account_number.reveal("in a test") for account in register.usable(resident.person)] == [ACCOUNT]
    report = submitted_reports().get()
    assert (report.by, report.person) == (resident, resident.person)
    assert register.draft_of(Owner.of(resident)) is None


def test_it_ends_on_the_home_page(client, resident):
    drafted(resident)
    assert confirm(client).redirect_chain == [("/", 302)]


def test_several_accounts_are_submitted_together(client, resident):
    drafted(resident)
    drafted(resident, OTHER_ACCOUNT)
    confirm(client)
    assert {account.account_number.reveal("in a test") for account in in_force(resident)} == {ACCOUNT, OTHER_ACCOUNT}
    assert submitted_reports().count() == 1


@pytest.mark.parametrize("seen", ["", "0" * 64, "乱", "\0"])
def test_nothing_is_submitted_that_was_not_checked(client, resident, seen):
    drafted(resident)
    response = confirm(client, seen)
    assert CHANGED in text(response)
    assert response.redirect_chain == [(CHECK, 302)]
    assert not submitted_reports().exists()


def another_number(client, user, record):
    client.post(edit_url(record), typed(user, OTHER_ACCOUNT))


def another_mark(client, user, record):
    client.post(edit_url(record), typed(user, "", takes_refund="1"))


def another_remark(client, user, record):
    client.post(edit_url(record), typed(user, "", remark="换卡", division="420703"))


def another_account(client, user, record):
    client.post(ADD, typed(user, OTHER_ACCOUNT))


def another_handler(client, user, record):
    client.post(URL, {"handler": "王会计", "reported_on": "2026-02-01"})


@pytest.mark.parametrize("change", [another_number, another_mark, another_remark, another_account, another_handler])
def test_a_change_in_another_window_is_shown_before_anything_is_submitted(client, resident, change):
    record = drafted(resident)
    seen = shown(client)
    change(client, resident, record)
    assert CHANGED in text(confirm(client, seen))
    assert not submitted_reports().exists()
    confirm(client)
    assert submitted_reports().count() == 1


def test_a_record_deleted_in_another_window_is_not_submitted(client, resident):
    record = drafted(resident)
    drafted(resident, OTHER_ACCOUNT)
    seen = shown(client)
    client.post(REMOVE, {"record": record.pk})
    assert CHANGED in text(confirm(client, seen))
    assert in_force(resident) == []


def test_a_change_and_its_undoing_is_what_was_checked(client, resident):
    record = drafted(resident, division_id="420704")
    seen = shown(client)
    client.post(edit_url(record), typed(resident, "", remark="换卡"))
    client.post(edit_url(record), typed(resident, ""))
    confirm(client, seen)
    assert submitted_reports().count() == 1


def test_pressing_twice_is_one_report_and_the_second_answer_is_no_reproach(client, resident):
    drafted(resident)
    seen = shown(client)
    first, second = client.post(CHECK, {"seen": seen}), client.post(CHECK, {"seen": seen}, follow=True)
    assert first.url == "/"
    assert submitted_reports().count() == 1
    assert second.redirect_chain == [("/", 302)]
    assert "没有待提交的账户" not in text(second)


def test_going_back_after_submitting_does_not_submit_a_later_draft(client, resident):
    drafted(resident)
    seen = shown(client)
    confirm(client, seen)
    drafted(resident, OTHER_ACCOUNT)
    assert CHANGED in text(confirm(client, seen))
    assert len(in_draft(resident)) == 1


def test_a_fellow_clerks_change_is_shown_first(client, clerk, fellow_clerk):
    drafted(clerk)
    seen = shown(client)
    drafted(fellow_clerk, OTHER_ACCOUNT)
    words = text(confirm(client, seen))
    assert "由同事修改" in words
    assert "9559 9000 0000 0008 8" in words


def test_a_report_has_a_bound_and_says_so(client, resident):
    for n in range(MOST_ACCOUNTS):
        drafted(resident, f"9559900000000{n:04d}")
    submit(resident)
    for account in in_force(resident):
        client.post(close_url(account), {"closed_on": "2026-02-01"})
    response = client.post(ADD, typed(resident))
    assert response.status_code == 422
    assert f"一份报告最多填写 {MOST_ACCOUNTS} 个账户。请先提交这一份" in summary(response)
    assert len(in_draft(resident)) == MOST_ACCOUNTS


def test_nobody_has_more_accounts_than_the_page_shows(client, resident):
    for n in range(MOST_ACCOUNTS):
        drafted(resident, f"9559900000000{n:04d}")
    told = f"最多报告 {MOST_ACCOUNTS} 个账户。请先注销或删除不再使用的账户"
    assert told in summary(client.post(ADD, typed(resident)))
    submit(resident)
    assert told in summary(client.post(ADD, typed(resident)))
    assert len(rows(client)) == MOST_ACCOUNTS
    client.post(close_url(in_force(resident)[0]), {"closed_on": "2026-02-01"})
    assert client.post(ADD, typed(resident)).status_code == 302


@pytest.mark.parametrize("accounts", [1, 9])
def test_checking_asks_the_database_as_often_for_nine_accounts_as_for_one(
    client, resident, accounts, django_assert_num_queries
):
    for n in range(accounts):
        drafted(resident, f"9559900000000{n:04d}")
    with django_assert_num_queries(6):
        client.get(CHECK)


def test_a_number_that_begins_like_the_card_of_another_bank_is_pointed_out_and_goes_through(client, resident):
    drafted(resident, bank_class=Bank.objects.get(code="102"), branch="中国工商银行鄂州分行")
    assert "这个账号的开头像是中国农业银行的卡，您选的是中国工商银行" in text(client.get(CHECK))
    confirm(client)
    assert len(in_force(resident)) == 1


def test_a_bank_that_is_not_offered_any_more_stays_where_it_was_chosen(client, resident):
    policy = Bank.objects.get(code="203")
    record = drafted(resident, bank_class=policy, branch="中国农业发展银行汉川市支行")
    assert f'<option value="203" selected>{policy}</option>' in client.get(edit_url(record)).content.decode()
    assert str(policy) not in client.get(ADD).content.decode()
