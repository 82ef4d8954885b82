"""What holds for a time and is somebody's decision, not the code's: the calendar of working days, the amounts by year."""
