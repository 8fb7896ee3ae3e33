"""Hostile passwords through everything that tidegauge does: no piece of one may come to light."""
