"""更正账户 for somebody without an account: one officer proposes it, another confirms it (design.md section 4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import crypto, masks
from foundation.evidence import as_it_came


class AccountProposal(models.Model):
    """What one officer filled in, and what became of it: `agreed` by another, or taken back or declined. Never deleted."""

    id = models.UUIDField(primary_key=True, default=crypto.new_id, editable=False)
    number = models.CharField("申请单号", max_length=24)
    # The scheme's own form as it was filled in, in JSON with full numbers: sealed whole.
    account = crypto.EncryptedField(mask=masks.whole)
    evidence = models.CharField("依据", max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    PERSONAL: ClassVar = {
        "account": "where the money is to go, for the officer who confirms it",
        "evidence": "what an officer saw who acted for the person",
        "proposed_by": "two persons for a new account",
        "closed_by": "who is answerable",
    }
    IMPERSONAL = "id number proposed_at closed_at agreed"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(closed_at=None), name="one_open_account_proposal_per_application"
            ),
        ]
        triggers = as_it_came(but="closed_by closed_at agreed")

    def __str__(self) -> str:
        return str(self.number)
