force_destroy        = true
bytes_scanned_cutoff = 10737418240
schedules            = { nightly = { expression = "cron(0 4 * * ? *)", timezone = "Europe/Berlin" } }
upkeep               = null
alarm_limits         = { success_hours = 24, run_dollars = 0.001 }
