"""LocalStack's entry point for what runs functions. It imports late: the first function pays, not the start."""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Functions as processes of this machine, without Docker: LAMBDA_RUNTIME_EXECUTOR=process."""

    name = "process"

    def load(self, *_: Any, **__: Any) -> Any:
        from localstack_plugin.lambda_executor import ProcessExecutor

        return ProcessExecutor
