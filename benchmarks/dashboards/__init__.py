"""Every panel of every dashboard, drawn by Grafana's own components over real servers, and looked at."""
