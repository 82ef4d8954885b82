"""The feeds of this app: tax offices, organisations, staff; and the people inside the feeds of the schemes."""
