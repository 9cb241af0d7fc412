"""Amazon States Language beyond LocalStack: definitions that AWS refuses, JSONata with Step Functions' own functions."""

from local_states.expressions import ExpressionError, evaluate
from local_states.transitions import Diagnostic, diagnose

__all__ = ["Diagnostic", "ExpressionError", "diagnose", "evaluate"]
