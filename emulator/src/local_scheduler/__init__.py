"""EventBridge Scheduler's times: expressions, and a clock that fires what is due. Knows neither LocalStack nor moto."""

from local_scheduler.clock import Clock, Due, Planned
from local_scheduler.cron_fields import ExpressionError
from local_scheduler.expressions import At, Cron, Expression, Rate, parse

__all__ = ["At", "Clock", "Cron", "Due", "Expression", "ExpressionError", "Planned", "Rate", "parse"]
