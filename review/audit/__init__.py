"""审计: what people did in this door, for the 审计员 of the province, who changes nothing."""
