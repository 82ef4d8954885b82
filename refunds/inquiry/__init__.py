"""What is told of one application on paper, and to whoever holds its number: receipts, 验证回执, the station without a sign-in."""
