from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "refunds"

    def ready(self) -> None:
        from accounts.administration import tables
        from accounts.administration.hands import handed_on, in_hand, left_alone
        from accounts.administration.views import add_place
        from accounts.feeds import kinds
        from accounts.feeds.deciding import deciding_changed
        from accounts.feeds.offices import moved
        from accounts.feeds.organisations import organisations_moved
        from refunds import schemes
        from refunds.actions import leaving
        from refunds.actions.moving import change_deciders, move_organisations
        from refunds.models import CalendarDay, RejectReason, YearAmount
        from refunds.states import GIVEN_BY_THE_SYSTEM
        from refunds.tallies import areas

        kinds.add(
            lambda: [
                kinds.Kind(f"payments-{scheme.code}", f"{scheme.label}缴费记录", scheme.payment_feed)
                for scheme in schemes.every()
            ]
        )
        tables.keep(
            tables.KeptTable(
                "reject-reasons",
                "原因和代码",
                "不通过原因",
                lambda: RejectReason.objects.exclude(code__in=GIVEN_BY_THE_SYSTEM),
                ("code", "label", "next_step", "active", "position"),
                changed=("active", "position"),
                added=("code", "label", "next_step", "position"),
            ),
            tables.KeptTable(
                "year-amounts",
                "各年金额",
                "各年金额",
                YearAmount.objects.all,
                ("scheme", "year", "lowest", "highest", "verified"),
                changed=("lowest", "highest", "verified"),
                added=("scheme", "year", "lowest", "highest", "verified"),
                choices={"scheme": lambda: [(scheme.code, scheme.label) for scheme in schemes.every()]},
            ),
            tables.KeptTable(
                "calendar",
                "工作日历",
                "工作日历",
                CalendarDay.objects.all,
                ("day", "works", "name", "verified"),
                changed=("works", "name", "verified"),
                added=("day", "works", "name", "verified"),
            ),
        )
        add_place("系统", "parameters:parameters", "参数")
        deciding_changed.connect(change_deciders, dispatch_uid="refunds")
        organisations_moved.connect(move_organisations, dispatch_uid="refunds")
        moved.connect(areas.anew, dispatch_uid="refunds.tallies.areas")
        in_hand.connect(leaving.count_in_hand, dispatch_uid="refunds")
        left_alone.connect(leaving.tell_what_stands_still, dispatch_uid="refunds")
        handed_on.connect(leaving.hand_all_on, dispatch_uid="refunds")
