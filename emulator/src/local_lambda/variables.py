"""The environment variables of a function's process: those that Lambda documents, and the function's own.

Nothing of this machine's environment is among them. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from local_lambda.model import Function
from local_lambda.sandbox import Places

HOME = "/home/sbx_user1051"
"""Lambda's user has this home, which does not exist: configuration files of whoever runs the emulator must not be found."""


def variables(function: Function, places: Places, runtime_api: str) -> dict[str, str]:
    """All of them. *runtime_api* is host:port."""
    task, opt = str(places.task), str(places.opt)
    own = function.environment
    defaults = {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": f"{places.python.parent}:/usr/local/bin:/usr/bin:/bin:{opt}/bin",
        "LD_LIBRARY_PATH": f"{task}:{task}/lib:{opt}/lib",
        "HOME": HOME,
        **({} if places.mounts else {"TMPDIR": str(places.tmp)}),  # Lambda sets none: /tmp is the default
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
    }
    reserved = {
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": function.initialization,
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": task,
        "LAMBDA_RUNTIME_DIR": str(places.runtime),
        # Lambda's bootstrap puts the layers' folders before its own; the task root comes first as working directory.
        "PYTHONPATH": ":".join(
            (
                f"{opt}/python/lib/{function.runtime}/site-packages",
                f"{opt}/python",
                own.get("PYTHONPATH", str(places.runtime)),
            )
        ),
    }
    if function.application_log_level:
        reserved["AWS_LAMBDA_LOG_LEVEL"] = function.application_log_level
    return {**defaults, **own, **reserved}
