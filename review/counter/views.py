"""换手机号 at the counter, for somebody whose old phone is lost: an officer of her area has seen her and her paper. On record for good,
with who did it; auditors read it, and so does she."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import gateways
from accounts.forms import FoldedField
from accounts.guards import for_roles
from accounts.models import Role
from accounts.own import phone as phones
from foundation import numbers
from foundation.form_parts import TextField
from review.behalf import starting
from review.words import without_numbers

TOLD = "【社保费退费】您登记的手机号已在办税服务厅换成尾号 {tail} 的号码。不是您本人办理的，请尽快联系税务机关。"
OWN = "自己的手机号不能自己在窗口更换，请由同事办理。"


class CounterPhoneForm(forms.Form):
    """The new number, twice because nobody sees it again whole, and what was seen."""

    phone = FoldedField("新手机号", asks="请输入新手机号。", fold=numbers.fold_number, kind="tel", autocomplete="off")
    again = FoldedField(
        "再输一次", asks="请再输一次新手机号。", fold=numbers.fold_number, kind="tel", autocomplete="off"
    )
    evidence = TextField(
        "看过的材料", 80, "请写明看过哪些材料，如“本人到场，身份证原件”。", validators=[without_numbers]
    )
    seen = forms.BooleanField(
        label="本人在场，已核对身份证原件和本人", error_messages={"required": "请核对本人和身份证原件后勾选。"}
    )

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if problem := numbers.phone_problem(said["phone"]) if said.get("phone") else "":
            self.add_error("phone", problem)
        elif said.get("phone") and said.get("again") and said["phone"] != said["again"]:
            self.add_error("again", "两次输入的手机号不一样。请核对后重新输入。")
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
@sensitive_post_parameters("phone", "again")
def phone(request, person: UUID):
    """One page: who it is, the new number, the evidence."""
    counter = starting.counter(person, by=request.user)
    if counter is None:
        raise Http404
    form = CounterPhoneForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if counter.person.pk == request.user.person_id:
            form.add_error(None, OWN)
        elif _change(request, counter.person, form):
            return redirect("review:behalf-person", counter.person.pk)
    context = {"form": form, "person": counter.person}
    return render(request, "review/behalf/phone.jinja", context, status=422 if form.errors else 200)


def _change(request, person, form) -> bool:
    old, new = person.phone, form.cleaned_data["phone"]
    try:
        changed = phones.change(person, new, by=request.user, evidence=f"窗口办理；{form.cleaned_data['evidence']}")
    except phones.CannotChange as reason:
        form.add_error("phone", str(reason))
        return False
    if untold := _tell(old, new):
        messages.warning(request, untold)
    messages.success(request, f"{person.name}的手机号已换成 {changed.new}。请当场请本人用新手机号收一次验证码。")
    return True


def _tell(old, new: str) -> str:
    """Both phones are told, so that nobody loses hers unnoticed. Returns, for the officer, which SMS did not leave."""
    words = TOLD.format(tail=new[-4:])
    numbers = {"原": old.reveal("whoever has the old phone is told that it was changed")} if old else {}
    numbers["新"] = new
    taken = {
        which: gateways.sms().text(phone=number, words=words, key=str(uuid4()))[0] for which, number in numbers.items()
    }
    left = [which for which, became in taken.items() if became in (gateways.Taken.REFUSED, gateways.Taken.NOT_SENT)]
    return f"给{'、'.join(left)}手机号的通知短信没有发出，请当面告知本人。" if left else ""
