"""Rules and routes, on promtool, amtool, and a real Prometheus with a real Alertmanager."""
