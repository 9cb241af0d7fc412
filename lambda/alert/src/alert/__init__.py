"""The function that tells people of a run's end: by SNS (email, HTTPS) and by a Slack-compatible webhook."""
