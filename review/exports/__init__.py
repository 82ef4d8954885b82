"""What officers take out as a file: noted before it leaves, masked, and never longer in memory than a few hundred lines."""
