"""咨询: the questions that were asked of an office, the shortest time left first, and their answers."""
