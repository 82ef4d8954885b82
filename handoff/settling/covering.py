"""What work items ask back of what was paid, for the promises of the schemes about money (`invariants.py` of each)."""

# As SQL, in yuan, of the application r: what an open item still asks back, and what came back by those that are closed.
COVERED = """(SELECT coalesce(sum(CASE WHEN i.closed_at IS NULL THEN i.amount_due ELSE i.amount_back END), 0)
    FROM handoff_workitem i WHERE i.number = r.number AND i.kind = 'corrected')"""
