"""税务端: people of a batch are left out by a list that the officer uploads (O-06): first what it comes to, then one press."""

from itertools import count, groupby

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_roles
from accounts.models import Role
from foundation.fragments import go
from refunds import errors
from refunds.people import Roll
from review.case import leaving, passing
from review.case.batch import of_batch
from review.case.forms import MemberReasonForm
from review.find import lookups
from review.models import LookUpKind

# Of each kind so many rows are shown with their words; of the others the row numbers.
SHOWN = 50
# What is said of a list between its check page and the press stays on the page, signed; it holds no full number.
SALT = "leave-out-list"
KINDS = {
    "strangers": "不在本批",
    "unsure": "不能确定是谁",
    "left_out": "此前已排除",
    "repeated": "重复的行",
    "aside": "没有当作名单的行",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.REVIEWER)
def upload(request, number):
    """按名单排除: one file or one paste; the answer is the check page, and nobody is left out yet."""
    refund = of_batch(request, number)
    if not passing.waits_for(refund, request.user):
        return _closed(request, number)
    form = refund.people.list_form(request)
    if form.is_bound and form.is_valid():
        try:
            roll = _called(refund.people, form.cleaned_data["reading"], by=request.user)
        except lookups.UsedUp as error:
            form.add_error(None, str(error))
        else:
            return _check(request, refund, _answer(number, roll))
    context = {"refund": refund, "form": form, "case_url": _people_url(number)}
    return render(request, "review/leave_list.jinja", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.REVIEWER)
def leave_listed(request, number):
    """Those whom the check page found, with one reason."""
    refund = of_batch(request, number)
    try:
        answer = signing.loads(request.POST.get("answer", ""), salt=SALT)
    except signing.BadSignature:
        answer = {}
    if answer.get("number") != number:
        messages.warning(request, "没有收到核对过的名单，没有排除任何人。请重新上传名单。")
        return redirect("review:leave-list", number=number)
    form = MemberReasonForm(request.POST, refund=refund)
    if not form.is_valid():
        return _check(request, refund, answer, form=form)
    try:
        left = leaving.listed(number, by=request.user, lines=answer["keys"], **form.cleaned_data)
    except errors.NotAllowed as error:
        form.add_error(None, error.message)
        return _check(request, refund, answer, form=form)
    except errors.RefundError as error:
        messages.error(request, error.message)
        return go(request, "review:case", number=number)
    messages.success(request, _done(left, len(answer["keys"])))
    return redirect(_people_url(number))


def _called(people, reading, *, by) -> Roll:
    """Kept and bounded as other searches by number are: each row says whether somebody is in the batch."""
    roll = people.call(reading)
    said = "\n".join(f"{line.number} {line.name}" for line in reading.lines)
    lookups.search(LookUpKind.MEMBER_LIST, said, by=by, look=lambda: roll.keys)
    return roll


def _answer(number: str, roll: Roll) -> dict:
    kinds = {code: getattr(roll, code) for code in KINDS}
    return {
        "number": number,
        "read": roll.read,
        "found": roll.found,
        "keys": roll.keys,
        "rows": {code: len(rows) for code, rows in kinds.items()},
        "shown": {code: [(one.row, one.name, one.number, one.reason) for one in rows[:SHOWN]] for code, rows in kinds.items()},
        "others": {code: _ranges(one.row for one in rows[SHOWN:]) for code, rows in kinds.items()},
    }  # fmt: skip


def _ranges(rows) -> str:
    """3, 4, 5, 9 → 3—5、9."""
    steps = count()
    runs = [list(run) for _key, run in groupby(rows, key=lambda row: row - next(steps))]
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _check(request, refund, answer, *, form=None):
    totals = refund.people.totals()
    context = {
        "refund": refund,
        "answer": answer,
        "signed": signing.dumps(answer, salt=SALT, compress=True),
        "kinds": [(code, words) for code, words in KINDS.items() if answer["rows"][code]],
        "everybody": len(answer["keys"]) >= totals.kept,
        "form": form or MemberReasonForm(refund=refund),
        "case_url": _people_url(refund.number),
    }
    return render(request, "review/leave_listed.jinja", context, status=422 if form else 200)


def _done(left: int, wanted: int) -> str:
    others = f"另有 {wanted - left:,} 人在您核对之后已由同事排除，没有改动。" if wanted > left else ""
    return f"已按名单排除 {left:,} 人，通过时他们不通过，其余人员不受影响。{others}"


def _closed(request, number):
    messages.warning(request, "这件申请现在不由您初审，不能按名单排除人员。")
    return redirect("review:case", number=number)


def _people_url(number: str) -> str:
    return f"{reverse('review:case', args=[number])}#people"
