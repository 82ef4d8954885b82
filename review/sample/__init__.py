"""抽查: a 复核人 looks again at decided cases that chance has chosen, and an auditor reads what she found."""
