"""Notices to people: what they hold, when they come, and that none comes twice or is lost."""
