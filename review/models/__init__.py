"""What officers note, answer, look up, reveal and save; never the state of an application."""

from review.models.exports import Export, ExportFormat, ExportKind
from review.models.samples import Sample, SampledCase, Verdict

__all__ = ["Export", "ExportFormat", "ExportKind", "Sample", "SampledCase", "Verdict"]
