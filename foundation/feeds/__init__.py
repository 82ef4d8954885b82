"""Loading CSV files from the tax core system: what every feed shares (design.md section 6). Knows no app.

A feed (`feed.Feed`) says its columns, its rules and its SQL; `runner.load` does the rest: `reader` streams the rows,
`staging` keeps them in a temporary table, `rejects` writes the refused ones into `FILE.rejected.csv`.
"""
