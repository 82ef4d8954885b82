"""What must be true of the applications of every scheme, each by itself: states, people, history.

`{refunds}` and `{history}` are the tables of a scheme. What stands between applications and deliveries says `handoff`, what
stands between applications and payments says the scheme, in `invariants.py` of its app, found by its name as its `urls` are.
"""

from foundation.promises import Promise, listed
from refunds.invariants.edges import edges
from refunds.schemes import Scheme
from refunds.states import ALLOWED, RELEASING
from refunds.tallies.areas import AREA_KEY, above
from refunds.tallies.contributions import KEY, contributions

PROMISES = (
    Promise(
        "I5",
        "the states of an application fit together",
        "SELECT r.number FROM {refunds} r WHERE (r.refund_status, r.review_status, r.review_result) NOT IN ({allowed})",
    ),
    Promise(
        "I5",
        "退费状态 has moved along declared edges only",
        """SELECT h.number FROM (
            SELECT number, refund_status AS now, lag(refund_status, 1, '') OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id)
                AS before FROM {history}) h
        WHERE (h.before, h.now) NOT IN ({refund_edges})""",
    ),
    Promise(
        "I5",
        "审核状态 has moved along declared edges only",
        """SELECT h.number FROM (
            SELECT number, review_status AS now, lag(review_status, 1, '') OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id)
                AS before FROM {history}) h
        WHERE (h.before, h.now) NOT IN ({review_edges})""",
    ),
    Promise(
        "I5",
        "the newest history row is the present",
        """SELECT r.number FROM {refunds} r LEFT JOIN LATERAL (
            SELECT * FROM {history} h WHERE h.pgh_obj_id = r.id ORDER BY pgh_id DESC LIMIT 1) h ON true
        WHERE (h.refund_status, h.review_status, h.review_result, h.attempt, h.disputed)
              IS DISTINCT FROM (r.refund_status, r.review_status, r.review_result, r.attempt, r.disputed)
            OR (r.review_status <> 'draft' AND h.amount IS DISTINCT FROM r.amount)""",
    ),
    Promise(
        "I5",
        "an application has its 退费日期 exactly when it was paid",
        "SELECT r.number FROM {refunds} r WHERE (r.refunded_on IS NOT NULL) <> (r.refund_status = 'refunded')",
    ),
    Promise(
        "I5",
        "the agency's reason stands only where it refused or the bank failed",
        """SELECT r.number FROM {refunds} r
        WHERE r.agency_reason <> '' AND r.refund_status NOT IN ('agency_returned', 'payment_failed')""",
    ),
    Promise(
        "I2",
        "whose death was reported since 通过 is said on what is not paid yet",
        """SELECT r.number FROM {refunds} r JOIN accounts_person p ON p.id = r.applicant_id
        WHERE p.deceased_on IS NOT NULL AND NOT p.id = ANY (r.deaths_seen) AND r.corrected = ''
        AND r.refund_status IN ('approved', 'agency_processing', 'paying', 'payment_failed')""",
    ),
    Promise(
        "I6",
        "the applicant, who submitted it, who reviewed and who decided it are different people",
        """SELECT r.number FROM {refunds} r JOIN accounts_user s ON s.id = r.submitted_by_id
        LEFT JOIN accounts_user v ON v.id = r.reviewed_by_id LEFT JOIN accounts_user d ON d.id = r.decided_by_id
        WHERE d.person_id IN (r.applicant_id, s.person_id, v.person_id)
            OR v.person_id IN (r.applicant_id, s.person_id)""",
    ),
    Promise(
        "I6",
        "a decision has somebody who is answerable, and one above the limit has two",
        """SELECT r.number FROM {refunds} r
        WHERE (r.review_status = 'completed') <> (r.decided_by_id IS NOT NULL)
            OR (r.reviewed_by_id IS NULL AND (r.review_status = 'countersign' OR (r.decided_by_id IS NOT NULL AND EXISTS (
                SELECT FROM {history} h WHERE h.pgh_obj_id = r.id AND h.pgh_context->>'action' = 'countersign'))))""",
    ),
    Promise(
        "I13",
        "the numbers of the pages are those of the applications",
        """SELECT concat_ws(' ', t.office_id, t.measure, t.day) FROM (
            SELECT {tally_key}, number, amount FROM refunds_tally WHERE scheme = '{scheme}'
            UNION ALL SELECT {tally_key}, -number, -amount FROM ({contributions}) c) t
        GROUP BY {tally_key} HAVING sum(number) <> 0 OR sum(amount) <> 0""",
    ),
    Promise(
        "I13",
        "the numbers of an office and all beneath it are those of the offices",
        """SELECT concat_ws(' ', t.office_id, t.measure, t.day) FROM (
            SELECT {area_key}, number, amount FROM refunds_areatally WHERE scheme = '{scheme}'
            UNION ALL SELECT {area_key}, -number, -amount FROM ({above}) c) t
        GROUP BY {area_key} HAVING sum(number) <> 0 OR sum(amount) <> 0""",
    ),
    Promise(
        "I8",
        "every history row says who did what",
        "SELECT h.number FROM {history} h WHERE h.pgh_context->>'action' IS NULL",
    ),
    Promise(
        "I8",
        "history is written, and never changed, by the triggers of its tables",
        """SELECT w.place || ' ' || w.name FROM (VALUES {triggers}) w (place, name) WHERE NOT EXISTS (
            SELECT FROM pg_trigger t WHERE t.tgrelid = w.place::regclass AND t.tgname = w.name AND t.tgenabled IN ('O', 'A'))""",
        is_of_structure=True,
    ),
)


def names_of(scheme: Scheme) -> dict[str, str]:
    """What the names in braces are for a scheme; also in the promises of `handoff` and in its own."""
    model, history = scheme.model, scheme.model.events.rel.related_model
    tracked = [(kind._meta.db_table, t.get_pgid(kind)) for kind in (model, history) for t in kind._meta.triggers]
    return {
        "refunds": model._meta.db_table,
        "history": history._meta.db_table,
        "agency": scheme.agency,
        "releasing": listed(sorted(RELEASING)),
        "allowed": listed(ALLOWED),
        "refund_edges": listed(edges(model, "refund_status")),
        "review_edges": listed(edges(model, "review_status")),
        "triggers": listed(tracked),
        "scheme": scheme.code,
        "above": above(f"(SELECT * FROM refunds_tally WHERE folded AND scheme = '{scheme.code}')"),
        "area_key": ", ".join(AREA_KEY),
        "tally_key": ", ".join(KEY),
        "contributions": contributions(scheme.code, (1, model._meta.db_table)),
    }
