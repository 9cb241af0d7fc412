environment   = "dev"
bucket_prefix = "lakeloop"

force_destroy        = true
bytes_scanned_cutoff = 10737418240
