"""What an officer fills in when she acts for a person at the counter."""

from django import forms

from accounts.identity import IdType, document_problem
from foundation.form_parts import TextField
from foundation.numbers import fold_number
from review.words import without_numbers

# 申请人怎么提出的. A person on the phone starts nothing: she has to sign.
HOW = (("self", "本人到窗口"), ("agent", "委托他人，有委托书"), ("village", "村干部代办，有签字"))


class FindForm(forms.Form):
    """A whole 证件号码."""

    number = TextField("证件号码", 40, "请输入完整的证件号码。", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_number(self) -> str:
        number = fold_number(self.cleaned_data["number"])
        if document_problem(IdType.OTHER, number):
            raise forms.ValidationError("请输入完整的证件号码，身份证号为 18 位。")
        return number


class EvidenceForm(forms.Form):
    """On what it rests: what was seen and how it came, that she agreed, and that she signed. No numbers in it."""

    how = forms.ChoiceField(
        label="申请人怎么提出的",
        choices=HOW,
        error_messages={"required": "请选择申请人怎么提出的。", "invalid_choice": "请从列表中选择申请人怎么提出的。"},
    )
    proof = TextField(
        "看过的材料",
        200,
        "请写明看过哪些材料，如“身份证原件、邮储存折”。",
        validators=[without_numbers],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label="已告知用途和去向，本人同意",
        error_messages={"required": "请先告知申请人用途和去向，取得同意后勾选。"},
    )
    signed = forms.BooleanField(
        label="申请表已打印，本人已签字",
        error_messages={"required": "请先打印申请表，请申请人签字后再提交。"},
    )

    def __init__(self, *args, before_signing: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if before_signing:
            self.fields["consent"].required = self.fields["signed"].required = False

    @property
    def evidence(self) -> str:
        """As the application keeps it."""
        said = self.cleaned_data
        return f"{dict(HOW)[said['how']]}；{said['proof']}"


class ActForm(forms.Form):
    """On what it rests that an officer takes an application back, or corrects its account, for somebody who cannot sign in."""

    evidence = TextField(
        "依据",
        200,
        "请写明申请人怎么提出的，看过哪些材料。",
        validators=[without_numbers],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
