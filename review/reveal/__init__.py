"""显示完整: a full number for a minute, with its purpose kept."""
