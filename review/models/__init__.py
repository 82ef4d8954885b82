"""What officers note, answer, look up, reveal and save; never the state of an application."""

from review.models.answers import CheckAnswer as CheckAnswer
from review.models.behalf import AccountProposal as AccountProposal
from review.models.exports import Export as Export
from review.models.exports import ExportFormat as ExportFormat
from review.models.exports import ExportKind as ExportKind
from review.models.exports import ExportRequest as ExportRequest
from review.models.lookups import DisclosedField as DisclosedField
from review.models.lookups import Disclosure as Disclosure
from review.models.lookups import LookUp as LookUp
from review.models.lookups import LookUpKind as LookUpKind
from review.models.lookups import Purpose as Purpose
from review.models.notes import Note as Note
from review.models.samples import Sample as Sample
from review.models.samples import SampledCase as SampledCase
from review.models.samples import Verdict as Verdict
from review.models.watching import Watching as Watching
