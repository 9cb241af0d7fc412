# A lake to try things in: destroy takes its data with it.
force_destroy        = true
bytes_scanned_cutoff = 10737418240 # 10 GiB
upkeep               = null        # no night of OPTIMIZE and VACUUM: `just upkeep` does it by hand
