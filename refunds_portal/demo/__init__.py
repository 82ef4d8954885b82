"""The demo: everything of the portal on one machine, with fictional people (design.md section 8)."""
