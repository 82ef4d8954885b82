"""统计: what came in, what was decided and paid, and how long it took, by week, office and scheme, from the tallies alone."""
