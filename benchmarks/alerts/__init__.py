"""Does tidegauge alert when, and only when, it should?"""
