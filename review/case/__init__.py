"""One application in the 税务端, and what may be decided about it."""
