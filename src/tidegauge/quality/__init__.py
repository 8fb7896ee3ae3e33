"""Facts of the data as a Great Expectations suite: generated once, then the user's to edit.

`suite` writes and reads it, `frame` makes the small frame it is judged on, `judge` runs it. Drift is not judged here:
an expectation says what must hold of every window, whatever the season.
"""
