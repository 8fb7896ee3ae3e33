"""Laws: Hypothesis over every state, layout and engine."""
