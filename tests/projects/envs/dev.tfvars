force_destroy        = true
bytes_scanned_cutoff = 10737418240
