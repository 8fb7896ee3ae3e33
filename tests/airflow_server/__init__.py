"""What only a running Airflow shows: who is let in, what a person sees, a task that waits for an answer."""
