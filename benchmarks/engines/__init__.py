"""Engines beside each other on real data, and on more rows than a test has time for."""
