"""What is kept of the feeds: each load, and the names that wait for somebody to confirm them."""
