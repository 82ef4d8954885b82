"""How fast and how big: a province of any size (`generate`), and what is measured against its limits (`python -m benchmarks`)."""
