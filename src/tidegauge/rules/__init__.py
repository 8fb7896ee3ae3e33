"""Rules for Prometheus: what somebody is to be told of monitors, worked out from the series that they write.

`limits` is what is known of one monitor, `alerts` the list of what is told, `rule_file` both as the YAML of one group.
"""
