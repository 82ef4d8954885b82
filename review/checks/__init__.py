"""What the machine says of applications before a person decides, what it notes of that for the queue, and what was answered."""
