"""The words of tidegauge as frozen values, and what every room needs: errors, registries, grids of windows."""
