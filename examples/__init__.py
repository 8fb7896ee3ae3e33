"""Examples; each folder runs by itself."""
