"""快捷键: which keys a page has, the list behind `?`, and whether an officer wants them at all."""
