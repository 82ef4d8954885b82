"""What is typed into a question and an answer. Neither is a place for numbers of people: the portal knows them."""

from typing import Any

from django import forms

from accounts.administration.forms import OfficeField
from accounts.models import User
from foundation import crypto, masks
from foundation.form_parts import TextField
from inbox.questions import asking
from inbox.questions.models import Topic

NO_NUMBERS = "里有像证件号码、手机号或银行账号的号码。为了您的安全请删去，写申请单号就能查到。"


class WordsField(TextField):
    """Words in which no long number stands."""

    def clean(self, value: Any) -> str:
        words = str(super().clean(value)).replace("\r\n", "\n").strip()
        if masks.has_number(words):
            raise forms.ValidationError(f"{self.label}{NO_NUMBERS}")
        return words


class QuestionForm(forms.Form):
    """我要咨询."""

    topic = forms.ChoiceField(
        label="咨询什么",
        choices=[("", "请选择"), *Topic.choices],
        error_messages={"required": "请选择咨询什么。", "invalid_choice": "没有这一项。请重新选择。"},
    )
    about = forms.ChoiceField(
        label="关于哪笔申请",
        required=False,
        error_messages={"invalid_choice": "没有这笔申请。请重新选择，或不选。"},
    )
    office = OfficeField()
    text = WordsField("问题", 500, "请写明您的问题。", widget=forms.Textarea(attrs={"rows": 5, "maxlength": 500}))
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "", "invalid": ""})

    def __init__(self, data: Any, *, user: User):
        super().__init__(data, initial={"office": asking.usual_office(user), "key": crypto.new_id()})
        fields: dict[str, Any] = self.fields
        fields["about"].choices = [("", "不选"), *asking.own_applications(user)]
        fields["key"].error_messages = dict.fromkeys(("required", "invalid"), "这一页已失效。请再按一次提交。")


class AnswerForm(forms.Form):
    """答复."""

    answer = WordsField("答复", 1000, "请写明答复。", widget=forms.Textarea(attrs={"rows": 6, "maxlength": 1000}))
