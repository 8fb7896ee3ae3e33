"""Alembic's scripts, inside the package so that an installed tidegauge can migrate."""
