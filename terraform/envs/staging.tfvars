# A rehearsal of prod, with data that can be made again: destroy takes it along.
force_destroy        = true
bytes_scanned_cutoff = 107374182400 # 100 GiB
