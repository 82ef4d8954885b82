"""查人查单: whoever calls is found from one box, and answered in one sentence."""
