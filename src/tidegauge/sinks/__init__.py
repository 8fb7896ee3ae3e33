"""The sinks, one file each; the visible list is `tidegauge.monitor.outlets.SINKS`: a monitor's file names them."""
