"""Members of tidegauge's families that live outside of it."""
