"""The words of an application, derived from its states for each door (design.md section 4), and where it leads."""

from refunds import states
from refunds.schemes import Filed


class Labels:
    """Mixin of an application: what each door calls where it is."""

    @property
    def applicant_label(self: Filed) -> str:
        """退费状态 or 人社处理状态, as the one who applied sees it."""
        return self.village_status_label if self.organisation_id else self.status_label

    @property
    def status_label(self: Filed) -> str:
        """退费状态 as the resident sees it."""
        return states.resident_label(self.refund_status, self.scheme.agency_name)

    @property
    def subline(self: Filed) -> str:
        """The plain words under it, or an empty string. A withdrawn application reads 未申请 (I-06)."""
        if self.review_status == states.ReviewStatus.WITHDRAWN:
            return states.ReviewStatus.WITHDRAWN.label
        if self.disputed:
            return states.clarified(self.scheme.agency_title)
        if self.corrected and self.refund_status == states.RefundStatus.APPLIED:
            return states.CORRECTED
        words = states.resident_subline(self.refund_status, self.scheme.agency_name)
        return "，".join(filter(None, [states.ON_BEHALF if self.on_behalf else "", words]))

    @property
    def applicant_subline(self: Filed) -> str:
        """The plain words under it for the one who applied: 已撤销 above all, which reads 未申请."""
        return self.village_subline if self.organisation_id else self.subline

    @property
    def review_label(self: Filed) -> str:
        """审核状态 outside the 税务端."""
        return states.public_review_label(self.review_status)

    @property
    def internal_review_label(self: Filed) -> str:
        """审核状态 inside the 税务端."""
        return states.ReviewStatus(self.review_status).label

    @property
    def village_status_label(self: Filed) -> str:
        """人社处理状态 as a village sees it (I-09)."""
        if self.parts and self.parts.is_partial and self.refund_status == states.RefundStatus.REFUNDED:
            return states.PARTIAL
        return states.village_label(self.refund_status, self.scheme.agency_name)

    @property
    def village_subline(self: Filed) -> str:
        """The plain words under it: 未申请 alone would read as if nothing had been submitted."""
        if self.review_status == states.ReviewStatus.WITHDRAWN:
            return states.ReviewStatus.WITHDRAWN.label
        if self.disputed:
            return states.clarified(self.scheme.agency_title)
        if self.corrected and self.refund_status == states.RefundStatus.APPLIED:
            return states.CORRECTED
        answered = self.parts.by_agency if self.parts else ""
        return answered or states.village_subline(self.refund_status, self.scheme.agency_name)

    @property
    def village_result_label(self: Filed) -> str:
        """税务审核结果 as a village sees it (I-11)."""
        return states.VILLAGE_RESULTS[self.review_result]


class Links:
    """Mixin of an application: its own page, the list it came from, applying for the same money again, as its scheme says."""

    def get_absolute_url(self: Filed) -> str:
        return self.scheme.page_url(self)

    @property
    def list_url(self: Filed) -> str:
        return self.scheme.list_url(self)

    @property
    def apply_again_url(self: Filed) -> str:
        return self.scheme.apply_again_url(self)
