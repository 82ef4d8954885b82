"""What an officer fills in when deciding."""

from django import forms

from foundation import keys
from refunds.models import RejectReason
from review.words import without_numbers


class RejectForm(forms.Form):
    """不通过: a reason from the list, and words the applicant will read unchanged."""

    reason = forms.ModelChoiceField(
        label="不通过的原因",
        queryset=RejectReason.objects.filter(active=True),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择不通过的原因。", "invalid_choice": "请从列表中选择不通过的原因。"},
    )
    remark = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        validators=[without_numbers],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "审核意见不能超过 300 个字。"},
    )

    def __init__(self, *args, scheme, **kwargs):
        super().__init__(*args, **kwargs)
        self.reason_field.queryset = RejectReason.objects.filter(active=True).exclude(code__in=scheme.unfit_reasons)

    @property
    def reason_field(self) -> forms.ModelChoiceField:
        """The field, as it is in this form."""
        field = self.fields["reason"]
        assert isinstance(field, forms.ModelChoiceField)
        return field

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        reason = cleaned.get("reason")
        if reason and reason.code in ("other", "proof") and not cleaned.get("remark") and "remark" not in self.errors:
            self.add_error("remark", f"选择“{reason.label}”时，请写明审核意见，申请人会看到。")
        return cleaned


class LineKeys(forms.TypedMultipleChoiceField):
    """What can be the keys of lines; whether they are of this batch is asked of the batch."""

    def valid_value(self, value):
        return keys.is_number(value)


class MemberReasonForm(RejectForm):
    """Why people of a batch are left out, as the clerk will read it: of the reasons, those that are about a person."""

    def __init__(self, *args, refund, **kwargs):
        super().__init__(*args, auto_id="leave_%s", scheme=refund.scheme, **kwargs)
        reason = self.reason_field
        reason.label = "排除的原因"
        reason.error_messages["required"] = "请选择排除的原因。"
        reason.widget = forms.Select()
        reason.empty_label = "请选择"
        fitting = RejectReason.objects.filter(active=True).exclude(code__in=refund.scheme.unfit_reasons)
        reason.queryset = fitting.exclude(code__in=refund.people.unfit_reasons)  # fills the new widget, too
        self.fields["remark"].widget = forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off"})


class LeaveOutForm(MemberReasonForm):
    """Single people of a batch are left out: who, and why."""

    field_order = ["line", "reason", "remark"]
    line = LineKeys(
        label="人员",
        coerce=int,
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "请先勾选要排除的人员，再点击【排除勾选的人员】。"},
    )


class RemarkForm(forms.Form):
    """A remark for a colleague."""

    remark = forms.CharField(
        label="复核意见",
        max_length=300,
        validators=[without_numbers],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回初审的理由。", "max_length": "复核意见不能超过 300 个字。"},
    )


class NoteForm(forms.Form):
    """内部备注: for colleagues, never for the applicant."""

    note = forms.CharField(
        label="备注",
        max_length=300,
        validators=[without_numbers],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明备注内容。", "max_length": "备注不能超过 300 个字。"},
    )
