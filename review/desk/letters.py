"""登记书面答复: what an agency says on paper about the handoffs of a 移交异常, where asking it settles nothing."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import Role
from foundation.form_parts import NO_NUL, DayField, TextField, YuanField
from handoff.models import Delivery, Event
from handoff.settling import letters
from handoff.settling.letters import Written
from refunds import errors
from review.desk import items, sides
from review.words import without_numbers

TYPED = forms.TextInput(attrs={"autocomplete": "off"})
# Of a reason.
LONGEST = 200
SAYS_NOTHING = ("", "来函没有提到这一笔")
WHY = {Event.REFUSED: "退回的原因", Event.BOUNCED: "银行没有退付的原因"}


class LetterForm(forms.Form):
    """Which letter, and of when."""

    letter = TextField(
        "来函文号和经办人",
        100,
        "请写明来函文号和对方经办人，如“汉社保函〔2026〕12 号，李明”。",
        validators=[without_numbers],
        widget=TYPED,
    )
    dated = DayField("来函日期")

    def clean_dated(self):
        dated = self.cleaned_data["dated"]
        if dated > timezone.localdate():
            raise forms.ValidationError("来函日期不能晚于今天。")
        return dated


class WrittenForm(forms.Form):
    """What it says of one handoff."""

    state = forms.ChoiceField(label="对方的结果", required=False, choices=[SAYS_NOTHING, *Event.choices])
    amount = YuanField("实际退付金额", required=False)
    paid_on = DayField("退付日期", required=False)
    reason = TextField("原因", LONGEST, validators=[without_numbers], widget=TYPED)
    returned = forms.CharField(
        label="退回的人",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"null_characters_not_allowed": "退回的人" + NO_NUL},
    )

    def __init__(self, typed: Any, *, delivery: Delivery):
        super().__init__(typed, prefix=delivery.instruction_id)
        self.delivery = delivery
        if len(delivery.tickets) == 1:
            del self.fields["returned"]

    def clean_returned(self) -> dict[str, str]:
        rows = (line.split(maxsplit=1) for line in self.cleaned_data["returned"].splitlines() if line.strip())
        found = {ticket: "".join(reason) for ticket, *reason in rows}
        if unknown := [ticket for ticket in found if ticket not in self.delivery.tickets]:
            more = f"等 {len(unknown)} 个" if len(unknown) > 1 else ""
            raise forms.ValidationError(f"票证号码 {unknown[0][:40]} {more}不在这次移交里，请核对。")
        if any(len(reason) > LONGEST for reason in found.values()):
            raise forms.ValidationError(f"每个人的原因不能超过 {LONGEST} 个字。")
        without_numbers(" ".join(found.values()))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        state = said.get("state")
        if state == Event.PAID:
            self._need("amount", "请填写对方实际退付的金额。")
            self._need("paid_on", "请填写退付日期。")
            if said.get("paid_on") and said["paid_on"] > timezone.localdate():
                self.add_error("paid_on", "退付日期不能晚于今天。")
        elif state in WHY and not said.get("reason"):
            self._need("reason", f"请写明{WHY[Event(state)]}，申请人会看到。")
        return said

    def _need(self, name: str, sentence: str) -> None:
        if not self.errors.get(name) and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, sentence)

    @property
    def written(self) -> Written | None:
        """None where the letter does not mention it."""
        said = self.cleaned_data
        if not said["state"]:
            return None
        state = Event(said["state"])
        is_paid = state == Event.PAID
        return Written(
            self.delivery.instruction_id,
            state,
            amount=said["amount"] if is_paid else None,
            paid_on=said["paid_on"] if is_paid else None,
            reason=said["reason"],
            returned=said.get("returned", {}),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
def letter(request, pk):
    """The page to enter it on; another officer confirms it on the item's own."""
    item = items.visible(request, pk)
    try:
        handoffs = letters.writable(item)
    except errors.NotAllowed as error:
        return items.item_page(request, item, refused=error.message)
    typed = request.POST if request.method == "POST" else None
    form = LetterForm(typed)
    parts = [WrittenForm(typed, delivery=one) for one in reversed(handoffs)]
    refused = ""
    if typed is not None and all([form.is_valid(), *(part.is_valid() for part in parts)]):
        written = [found for part in parts if (found := part.written)]
        if not written:
            parts[0].add_error("state", "请至少填写一次移交的结果。")
        else:
            try:
                letters.enter(item, written, by=request.user, **form.cleaned_data)
            except errors.RefundError as error:
                refused = error.message
            else:
                messages.success(request, "书面答复已登记，请另一位税务人员对照来函复核确认。")
                return redirect("review:item", pk=pk)
    context = {
        "item": item,
        "form": form,
        "parts": parts,
        "refused": refused,
        "agency": sides.agency_title(item.agency),
    }
    status = 409 if refused else 422 if any(_wrong([form, *parts])) else 200
    return render(request, "review/letter.jinja", context, status=status)


def _wrong(forms_filled: list[forms.Form]) -> Iterator[bool]:
    yield from (bool(one.errors) for one in forms_filled)
