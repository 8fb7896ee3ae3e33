"""Series in event time: from a decision to what a server of series says, and back."""
