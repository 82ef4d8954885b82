"""审核队列: what waits, for whom, how urgently, and how one finds one's way in it."""
