"""What officers note, answer, look up, reveal and save; never the state of an application."""
