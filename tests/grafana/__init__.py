"""Every question of every dashboard, put to real servers and compared with the store."""
