"""A report: what there is to show of a decision, its page and its figures."""
