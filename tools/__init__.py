"""Programs for those who work on tidegauge."""
