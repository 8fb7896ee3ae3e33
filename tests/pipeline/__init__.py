"""The verbs end to end: any order, any kill, broken tables, planted faults, on a small shop of our own."""
