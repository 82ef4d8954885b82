"""One question a page: what is asked next, what is shown as wrong, and what is carried along."""

from django import forms
from django.http import QueryDict

from foundation.crypto import Sealed
from foundation.form_parts import AccountNumber, ContactPhone
from refunds.elder.walk import Walk, filled, questions_of

CARD, MISTYPED = "6228480402564890018", "6228480402564890019"


class Form(AccountNumber, ContactPhone):
    kind = forms.ChoiceField(choices=[("card", "银行卡"), ("book", "存折")], initial="card", label="账户类型")
    reason = forms.CharField(label="原因", max_length=4, error_messages={"required": "请填写原因。"})
    field_order = ("kind", "account_number", "reason", "contact_phone")
    plain = {"kind": ("退到卡还是存折？", "必须是本人的。")}

    def clean(self):
        super().clean()
        if self.cleaned_data.get("reason") == "坏":
            raise forms.ValidationError("现在办不了。")
        return self.cleaned_data


ALL = {"kind": "book", "account_number": CARD, "reason": "多缴", "contact_phone": "13900000001"}


def walk(asked="", **said) -> Walk:
    data = QueryDict(mutable=True)
    data.update(said | ({"walk_asked": asked} if asked else {}))
    return Walk(Form(data), data)


def at(asked="", **said) -> str:
    here = walk(asked, **said).at
    return here.name if here else "check"


def test_each_field_is_a_question_in_the_order_of_the_form_under_its_plain_words():
    questions = questions_of(Form())
    assert [one.name for one in questions] == ["kind", "account_number", "reason", "contact_phone"]
    assert (questions[0].words, questions[0].hint) == ("退到卡还是存折？", "必须是本人的。")
    assert questions[1].words == "卡号是多少？"  # said by the class above
    assert questions[2].words == "原因"  # said by nobody: its label


def test_the_question_about_a_doubtful_number_stands_with_the_number():
    assert questions_of(Form())[1].fields == ("account_number", "number_checked")


def test_one_question_leads_to_the_next_and_the_last_one_to_the_check_page():
    assert at() == "kind"
    assert at("kind", kind="card") == "account_number"
    assert at("account_number", kind="card", account_number=CARD) == "reason"
    assert at("contact_phone", **ALL) == "check"


def test_what_was_not_asked_yet_is_not_wrong():
    here = walk("kind", kind="card")
    assert here.at.name == "account_number"
    assert here.form.errors == {}


def test_a_wrong_answer_is_asked_again_with_the_sentence_of_the_form_and_no_other():
    here = walk("account_number", kind="card", account_number="12", reason="太长太长太长")
    assert here.at.name == "account_number"
    assert list(here.form.errors) == ["account_number"]
    assert "位数字" in str(here.form.errors["account_number"])


def test_a_doubtful_number_is_asked_about_once_and_goes_on_when_it_is_right():
    assert at("account_number", kind="card", account_number=MISTYPED) == "account_number"
    assert at("account_number", kind="card", account_number=MISTYPED, number_checked="on") == "reason"


def test_the_way_back_judges_nothing_and_carries_everything():
    here = walk("reason", walk_to="account_number", **ALL | {"reason": "太长太长太长", "account_number": "12"})
    assert here.at.name == "account_number"
    assert here.form.errors == {}
    assert here.form["account_number"].value() == "12"
    assert dict(here.carried()) == {"kind": "book", "reason": "太长太长太长", "contact_phone": "13900000001"}
    assert set(here.carried()) < set(here.everything())
    assert ("account_number", "12") in here.everything()
    assert here.back == "kind"


def test_whoever_has_seen_all_and_changes_one_answer_comes_back_to_the_check_page():
    assert at("kind", walk_seen="1", **ALL) == "check"
    assert at("kind", walk_seen="1", **ALL | {"reason": ""}) == "reason"


def test_a_mistake_of_no_field_is_said_at_the_last_question():
    here = walk("contact_phone", **ALL | {"reason": "坏"})
    assert here.at.name == "contact_phone"
    assert here.form.non_field_errors() == ["现在办不了。"]


def test_nonsense_begins_at_the_beginning():
    assert at("no such question", kind="\0", walk_to="\ud800") == "kind"
    assert at("contact_phone", walk_seen="x", kind="nonsense") == "kind"


def test_what_the_form_says_by_itself_is_there_and_what_was_said_stays():
    assert dict(filled(QueryDict("payment=7"), Form()).items()) == {"payment": "7", "kind": "card"}
    assert filled(QueryDict("kind=book"), Form())["kind"] == "book"


def test_all_is_shown_at_the_end_as_one_reads_it():
    here = walk("contact_phone", **ALL)
    assert [(one.label, one.words) for one in here.answers()] == [
        ("账户类型", "存折"),
        ("银行账号", "6228 4804 0256 4890 018"),
        ("原因", "多缴"),
        ("联系人电话", "13900000001"),
    ]


def test_a_registered_phone_is_never_shown_in_full():
    phone = Sealed(text="13912345678", mask=lambda number: number[:3] + "****" + number[-4:])
    data = QueryDict(mutable=True)
    data.update(ALL | {"contact_phone": "", "walk_asked": "contact_phone"})
    words = Walk(Form(data, registered_phone=phone), data).answers()[-1].words
    assert words == "没有填。不填则使用登记的手机号 139****5678"
