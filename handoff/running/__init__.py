"""What runs by itself and what people must look at, for the administrator: read only, but that a job which gave up may run again."""
