from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "refunds"

    def ready(self) -> None:
        from accounts.administration.hands import handed_on, in_hand, left_alone
        from accounts.administration.views import add_place
        from accounts.feeds import kinds
        from accounts.feeds.deciding import deciding_changed
        from accounts.feeds.offices import moved
        from accounts.feeds.organisations import organisations_moved
        from accounts.own import record as own_record
        from refunds import schemes
        from refunds.actions import leaving
        from refunds.actions.moving import change_deciders, move_organisations
        from refunds.inquiry import record
        from refunds.parameters import kept
        from refunds.tallies import areas

        kinds.add(
            lambda: [
                kinds.Kind(f"payments-{scheme.code}", f"{scheme.label}缴费记录", scheme.payment_feed)
                for scheme in schemes.every()
            ]
        )
        kept.declare()
        add_place("系统", "parameters:parameters", "参数")
        deciding_changed.connect(change_deciders, dispatch_uid="refunds")
        organisations_moved.connect(move_organisations, dispatch_uid="refunds")
        moved.connect(areas.anew, dispatch_uid="refunds.tallies.areas")
        own_record.asked.connect(record.of_person, dispatch_uid="refunds.inquiry.record")
        in_hand.connect(leaving.count_in_hand, dispatch_uid="refunds")
        left_alone.connect(leaving.tell_what_stands_still, dispatch_uid="refunds")
        handed_on.connect(leaving.hand_all_on, dispatch_uid="refunds")
