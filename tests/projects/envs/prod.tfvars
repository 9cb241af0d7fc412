force_destroy        = false
bytes_scanned_cutoff = 107374182400
snap_start           = true
