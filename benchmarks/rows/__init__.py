"""One module per row: `sides(size)` and what they are compared to (`benchmarks.measuring.Row`)."""
