"""Tests: of every registered implementation, laws, goldens, DAGs, real services, a real browser."""
