"""The actions, one file each; the visible list is `tidegauge.monitor.outlets.ACTIONS`: a monitor's file names them."""
