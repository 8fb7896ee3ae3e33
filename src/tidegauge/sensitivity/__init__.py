"""What a window could have seen: the smallest change of each column that would have alerted, found by planting it."""
