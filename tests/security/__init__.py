"""What strangers try. docs/security.md says how often it was tried, and with what result."""
