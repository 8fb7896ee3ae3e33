"""Families: a toy member joins each of them and goes through every verb, with no other file touched."""
