"""The verbs in order, and what they need: a store, answers, forgetting."""
