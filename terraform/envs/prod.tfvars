# Destroying the lake fails while its buckets hold anything.
force_destroy        = false
bytes_scanned_cutoff = 107374182400 # 100 GiB
snap_start           = true
schedules            = { nightly = { expression = "cron(0 4 * * ? *)" } } # UTC unless timezone = "Europe/Berlin" or the like
alarm_limits         = { success_hours = 26 }                             # nightly runs: an hour or two late is no alarm
