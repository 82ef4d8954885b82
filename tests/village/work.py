"""A clerk and an officer at work without a pause, as a process that may be killed at any moment (test_crash)."""

import sys

import django


def main(village_pk, clerk_pk, officer_pk):
    django.setup()
    from accounts.models import User
    from pension.models import CollectivePayment
    from pension.village import drafts
    from refunds import actions
    from tests.village.batches import submit_batch

    village = CollectivePayment.objects.get(pk=village_pk)
    clerk, officer = User.objects.get(pk=clerk_pk), User.objects.get(pk=officer_pk)
    some = list(village.payments.values_list("pk", flat=True)[:500])
    print("working", flush=True)  # noqa: T201 - the test waits for it
    while True:
        drafts.add(village, by=clerk)
        drafts.remove(village, by=clerk, lines=None)
        drafts.add(village, by=clerk)
        refund = submit_batch(village, clerk) if drafts.chosen(drafts.of_payment(village)).people else None
        if refund:
            actions.withdraw(refund.number, by=clerk)
            drafts.add(village, by=clerk, payments=some)
            small = submit_batch(village, clerk, people=1)
            actions.leave_out(
                small.number, by=officer, lines=small.lines.values_list("pk", flat=True)[:3], reason=_reason()
            )
            actions.withdraw(small.number, by=clerk)


def _reason():
    from refunds.models import RejectReason

    return RejectReason.objects.first()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
