"""What an upload leaves aside is named on its answer; one press takes it in, one puts it aside again, and the rows add up."""

import re

import pytest

from pension.village import drafts
from pension.village.lists.models import VillageUpload
from tests.pages import text
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.lists import bad_file, members, nobody, read, send
from tests.village.workbooks import Tab, xlsx

pytestmark = pytest.mark.django_db
HEADER = ["姓名", "证件号码"]


def chosen(village) -> int:
    return drafts.chosen(drafts.of_payment(village)).people


def numbers(words: str) -> list[int]:
    """可提交, 需修改, 暂未加入 of the answer, which always add up to the rows of the file."""
    found = [int(n) for n in re.search(r"(\d+) 可提交，(\d+) 需修改，(\d+) 暂未加入", words).groups()]
    assert sum(found) == int(re.search(r"共 (\d+) 行", words)[1])
    return found


def press(client, answer, **button):
    return client.post(answer.request["PATH_INFO"] + "groups/", button, follow=True)


@pytest.fixture
def hidden(client, village):
    """The answer to a list whose last two rows are filtered away."""
    return send(client, village, xlsx(Tab([HEADER, *members(village)], hidden={5, 6})))


def test_hidden_rows_are_named_and_never_added_unseen(village, hidden):
    words = text(hidden)
    assert numbers(words) == [3, 0, 2]
    assert "隐藏或被筛选掉的行" in words
    assert chosen(village) == 3


def test_one_press_takes_them_in_and_one_puts_them_aside_again(client, village, hidden):
    assert numbers(text(press(client, hidden, take="0-0"))) == [5, 0, 0]
    assert chosen(village) == 5
    assert numbers(text(press(client, hidden, leave="0"))) == [3, 0, 2]
    assert chosen(village) == 3


def test_a_press_twice_is_one_press(client, village, hidden):
    for _ in range(2):
        assert numbers(text(press(client, hidden, take="0-0"))) == [5, 0, 0]
    assert chosen(village) == 5


def test_who_was_in_the_draft_before_stays_when_the_rows_are_put_aside(client, village, cast):
    drafts.add(village, by=cast.clerk, payments=[village.payments.order_by("pk").last().pk])
    answer = send(client, village, xlsx(Tab([HEADER, *members(village)], hidden={5, 6})))
    press(client, answer, take="0-0")
    press(client, answer, leave="0")
    assert chosen(village) == 4


def test_whom_the_clerk_took_out_meanwhile_does_not_come_back_with_another_group(client, village, cast):
    rows = members(village)
    sheets = [Tab([HEADER, *rows[:1]]), Tab([HEADER, *rows[1:3]], "二"), Tab([HEADER, *rows[3:]], "三")]
    answer = send(client, village, xlsx(*sheets))
    press(client, answer, take="0-0")
    line = drafts.of_payment(village).lines.order_by("payment_id")[1]
    drafts.remove(village, by=cast.clerk, lines=[line.pk])
    press(client, answer, take="1-0")
    assert chosen(village) == 4


def test_all_groups_of_people_go_in_with_one_press_and_notes_do_not(client, village):
    rows = members(village)
    sheets = [
        Tab([["花名册"], HEADER, *rows[:1], ["合计", "1人"]]),
        Tab([HEADER, *rows[1:3]], "二"),
        Tab([HEADER, *rows[3:]], "三"),
    ]
    answer = send(client, village, xlsx(*sheets))
    assert numbers(text(answer)) == [1, 0, 6]
    assert numbers(text(press(client, answer, all="1"))) == [5, 0, 2]


def test_bad_rows_of_a_group_are_to_be_corrected_only_once_it_is_in(client, village):
    sheets = [Tab([HEADER, *members(village)]), Tab([HEADER, ["查无", nobody(1)]], "二")]
    answer = send(client, village, xlsx(*sheets))
    assert numbers(text(answer)) == [5, 0, 1]
    words = text(press(client, answer, take="0-0"))
    assert numbers(words) == [5, 1, 0]
    assert "工作表“二”第 2 行" in words
    assert read(bad_file(client, answer))[1][3:] == [2, "二"]
    assert numbers(text(press(client, answer, leave="0"))) == [5, 0, 1]


def test_somebody_who_stands_in_two_groups_counts_once_and_is_not_lost_with_one_of_them(client, village):
    rows = members(village)
    sheets = [Tab([HEADER, *rows[:2]]), Tab([HEADER, *rows[2:4]], "二"), Tab([HEADER, *rows[3:]], "三")]
    answer = send(client, village, xlsx(*sheets))
    words = text(press(client, answer, all="1"))
    assert numbers(words) == [5, 1, 0]
    assert "与工作表“二”第 3 行重复" in words
    assert numbers(text(press(client, answer, leave="0"))) == [4, 0, 2]
    assert chosen(village) == 4


def test_of_two_columns_that_could_be_the_number_the_clerk_is_asked(client, village):
    rows = [[*row, nobody(n)] for n, row in enumerate(members(village))]
    answer = send(client, village, xlsx(Tab([["姓名", "本人身份证号", "户主身份证号"], *rows])))
    words = text(answer)
    assert numbers(words) == [0, 0, 5]
    assert {"按“本人身份证号”读", "按“户主身份证号”读"} <= set(re.findall("按“.*?”读", words))
    assert numbers(text(press(client, answer, take="0-1"))) == [0, 5, 0]
    assert numbers(text(press(client, answer, take="0-0"))) == [5, 0, 0]
    assert chosen(village) == 5


def test_more_than_a_batch_may_hold_changes_nothing(client, village, hidden, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_PEOPLE", 4)
    words = text(press(client, hidden, take="0-0"))
    assert "所以没有添加任何人" in words
    assert numbers(words) == [3, 0, 2]
    assert chosen(village) == 3


def test_rows_put_aside_after_the_submission_leave_the_batch_alone(client, village, cast, hidden):
    press(client, hidden, take="0-0")
    refund = submit_batch(village, cast.clerk)
    assert numbers(text(press(client, hidden, leave="0"))) == [3, 0, 2]
    assert refund.lines.count() == 5


@pytest.mark.parametrize(
    "button", [{"take": "7-0"}, {"take": "0-7"}, {"take": "x"}, {"leave": "9"}, {"leave": "-1"}, {}]
)
def test_a_button_that_nobody_offered_changes_nothing(client, village, hidden, button):
    assert numbers(text(press(client, hidden, **button))) == [3, 0, 2]


def test_a_newer_list_takes_the_place_of_the_groups(client, village, hidden):
    send(client, village, xlsx(Tab([HEADER, *members(village)])))
    assert "只保留这笔缴费最近一次上传的结果" in text(press(client, hidden, take="0-0"))


def test_the_groups_are_the_clerks_of_this_village_alone(client, hidden, cast):
    other = make_village(cast.clerk, people=1, year=2020)
    upload = VillageUpload.objects.get()
    assert client.post(f"/pension/village/{other.pk}/upload/{upload.pk}/groups/", {"take": "0-0"}).status_code == 302
    assert VillageUpload.objects.get().aside == 2


@pytest.mark.parametrize("form", ["{}", " {} ", "王{}", "身份证{}（本人）"])
def test_no_page_shows_a_full_number_whatever_column_it_came_in(client, village, form):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in nobody(5))
    grouped = f"{nobody(6)[:6]} {nobody(6)[6:14]} {nobody(6)[14:]}"
    rows = [[form.format(nobody(1)), nobody(2)], [form.format(wide), nobody(3)], [form.format(grouped), "13900000001"]]
    sheets = [
        Tab([[*HEADER, "备注"], *([*row, form.format(nobody(7))] for row in rows)], nobody(8)[:17]),
        Tab(rows, "二"),
    ]
    answer = send(client, village, xlsx(*sheets), name=f"{nobody(9)}.xlsx")
    page = answer.content.decode() + press(client, answer, all="1").content.decode()
    for number in (*map(nobody, range(10)), wide, grouped, "13900000001", nobody(8)[:17]):
        assert number not in page
