# A lake to try things in: destroy takes its data with it.
force_destroy        = true
bytes_scanned_cutoff = 10737418240 # 10 GiB
