"""Inputs that nobody would write on purpose, drawn by a seed: each is taken, or refused by a sentence of ours."""
