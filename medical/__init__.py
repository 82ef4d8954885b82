"""医保: enrolments, payments ledger, refunds and their pages. Not built yet: the room stands so that its arrows do."""
