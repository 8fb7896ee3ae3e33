"""Boosting: one column given the others, as plain arrays that are stored, hashed and read without any learner."""
