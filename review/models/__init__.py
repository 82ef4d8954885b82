"""What officers note, answer, look up, reveal and save; never the state of an application."""

from review.models.behalf import AccountProposal as AccountProposal
from review.models.lookups import DisclosedField as DisclosedField
from review.models.lookups import Disclosure as Disclosure
from review.models.lookups import LookUp as LookUp
from review.models.lookups import LookUpKind as LookUpKind
from review.models.lookups import Purpose as Purpose
