"""领取下一件, 放回队列, 转交: who works on what."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role, User
from refunds import actions, errors
from review.queue import queues

deciding = for_roles(Role.REVIEWER, Role.COUNTERSIGNER)
# Of one colleague's cases on the page of 转交; the next ones come up as these are given away.
SHOWN = 50
BACK = "back"


@require_POST
@deciding
def take_next(request):
    """领取下一件 of the scheme one works on, or of any."""
    try:
        refund = actions.take_next(by=request.user, tab=queues.tab_of(request))
    except errors.RefundError as error:
        messages.warning(request, error.message)
        return redirect(queues.back_url(request))
    if refund is None:
        messages.info(request, "现在没有可以领取的申请：都已办完，或由同事领取。")
        return redirect(queues.back_url(request))
    return redirect("review:case", number=refund.number)


@require_POST
@deciding
def take(request, number):
    """领取 this one, or 续."""
    return _change(request, number, actions.take)


@require_POST
@deciding
def put_back(request, number):
    """放回队列, and back to it oneself."""
    try:
        was_hers = actions.put_back(number, by=request.user)
    except errors.NoSuchApplication as error:
        raise Http404 from error
    if was_hers:
        messages.success(request, f"{number} 已放回队列。")
    else:
        messages.warning(request, f"{number} 不是您领取的，没有变动。")
    return redirect(queues.back_url(request))


@require_safe
@for_roles(Role.COUNTERSIGNER)
def colleagues(request):
    """Who holds how many cases that this 复核人 may give to somebody else."""
    rows = [(user, len(_held(user, request.user))) for user in _officers(request.user)]
    return render(request, "review/colleagues.jinja", {"rows": [row for row in rows if row[1]], "most": SHOWN})


@require_safe
@for_roles(Role.COUNTERSIGNER)
def colleague(request, username):
    """What one of them holds, and to whom it may go."""
    user = get_object_or_404(_officers(request.user), username=username)
    found = _held(user, request.user)
    others = [other for other in _officers(request.user) if other.pk != user.pk and other.role == user.role]
    return render(
        request,
        "review/colleague.jinja",
        {"colleague": user, "rows": found[:SHOWN], "more": len(found) > SHOWN, "others": others},
    )


@require_POST
@for_roles(Role.COUNTERSIGNER)
def hand_over(request, username):
    """转交 the ticked cases of a colleague to another, or back to the queue."""
    user = get_object_or_404(_officers(request.user), username=username)
    wanted, numbers = request.POST.get("to", ""), request.POST.getlist("number")[:SHOWN]
    to = _officers(request.user).filter(username=wanted).first()
    if not numbers or not (to or wanted == BACK):
        messages.warning(request, "请先勾选要转交的申请，并选择转交给谁。")
        return redirect("review:colleagues-of", username=username)
    done, refused = 0, []
    for number in numbers:
        try:
            actions.assign(number, to=to, by=request.user)
            done += 1
        except errors.RefundError as error:
            refused.append(f"{number}：{error.message}")
    messages.success(
        request, f"{user.display_name}领取的 {done} 件已{f'转交给{to.display_name}' if to else '放回队列'}。"
    )
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("review:colleagues-of", username=username)


def let_go(sender, user, **_signal):
    """Receiver of `user_logged_out`: what she held is anybody's again."""
    if user is not None and user.role in (Role.REVIEWER, Role.COUNTERSIGNER):
        actions.put_all_back(by=user)


def _change(request, number, verb):
    try:
        verb(number, by=request.user)
    except errors.NoSuchApplication as error:
        raise Http404 from error
    except errors.RefundError as error:
        messages.warning(request, error.message)
    return redirect("review:case", number=number)


def _held(user, by):
    """Hers, the most urgent first; one more than `SHOWN` where there are more."""
    found = [
        refund
        for rows in actions.taken_from(user, by=by)
        for refund in rows.select_related("applicant", "organisation", "office")[: SHOWN + 1]
    ]
    return sorted(found, key=lambda refund: (refund.due_on, refund.pk))[: SHOWN + 1]


def _officers(user):
    """Those of one's own office and beneath who may decide."""
    at_work = User.objects.filter(role__in=[Role.REVIEWER, Role.COUNTERSIGNER], is_active=True)
    return (
        at_work.filter(office__path__startswith=user.office.path)
        .select_related("person", "office")
        .order_by("username")
    )
