"""CloudWatch's and CloudWatch Logs' rules: patterns, embedded metrics, alarms, Logs Insights. Knows neither LocalStack nor moto."""
