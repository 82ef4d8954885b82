"""代为发起: an officer starts a refund for a person at the counter, and acts for her while she cannot sign in (O-04)."""
