"""Sentences for people, from values and from the words that each statistic brings."""
