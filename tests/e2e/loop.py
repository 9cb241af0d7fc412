"""A person's clone and shell, in front of an emulator."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import boto3
from lakeloop_project import read_settings

from tests import local_aws  # noqa: F401 - it puts the emulator on the path
from tests.e2e.told import await_

from lakeloop_emulator.settings import TOKEN_FILE  # isort: skip

FUNCTION = "lakeloop-dev-dbt-runner"


@dataclass(frozen=True)
class Loop:
    """A clone with raw data, the variables of the person's shell, and those that point a client at the emulator."""

    home: Path
    variables: dict[str, str]
    emulator: dict[str, str]

    @property
    def raw(self) -> Path:
        return self.home / "data" / "raw"

    def types(self, recipe: str, code: int = 0) -> str:
        """Run *recipe* as typed; what it printed, errors after the rest."""
        done = subprocess.run(
            ["bash", "-c", recipe], cwd=self.home, env=self.variables, capture_output=True, text=True, check=False
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, printed[-6000:]
        assert "Traceback" not in printed, printed[-6000:]
        return printed

    def types_ctrl_c(self, recipe: str, answers: dict[str, str]) -> str:
        """Run *recipe*, and Ctrl-C when a key of *answers* has appeared, until its value does; what it printed."""
        running = subprocess.Popen(
            ["bash", "-c", recipe],
            cwd=self.home,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        awaited, printed = list(answers.items()), ""
        for line in running.stdout:
            printed += line
            if awaited and awaited[0][1] in line:
                del awaited[0]
            elif awaited and awaited[0][0] in printed:
                # As a terminal does: to every process of the foreground.
                os.killpg(running.pid, signal.SIGINT)
        assert running.wait() == 130, printed[-6000:]
        assert not awaited, printed[-6000:]
        return printed

    def client(self, service: str):
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        key, secret = (self.emulator[name] for name in names)
        return boto3.client(
            service,
            endpoint_url=self.emulator["AWS_ENDPOINT_URL"],
            # Its project's: that of the shell is another, and nothing may land there.
            region_name=read_settings(self.home).region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    def becomes(self, alarm: str, state: str) -> None:
        """Wait until the *alarm* of dev is in *state*."""
        cloudwatch = self.client("cloudwatch")

        def found() -> tuple[str, str]:
            (one,) = cloudwatch.describe_alarms(AlarmNames=[f"lakeloop-dev-dbt-{alarm}"])["MetricAlarms"]
            return one["StateValue"], one["StateReason"]

        await_(lambda: found()[0] == state, lambda: f"{alarm} stays {found()}", 120)

    def letters(self) -> int:
        """How many messages are in the lake's only queue, that of what could not be delivered."""
        sqs = self.client("sqs")
        (queue,) = sqs.list_queues().get("QueueUrls", [])
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def runs_told_since(self, moment: float) -> float:
        """Runs of dev whose metrics have come."""
        named = {"Name": "environment", "Value": "dev"}
        metric = {"Namespace": "Lakeloop", "MetricName": "Errors", "Dimensions": [named]}
        answer = self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "SampleCount"}}],
            StartTime=moment,
            EndTime=time.time() + 5,
        )
        return float(sum(answer["MetricDataResults"][0]["Values"]))

    def alarms_later(self, seconds: float) -> None:
        """Have alarms judged as if it were so much later."""
        request = urllib.request.Request(
            f"{self.emulator['AWS_ENDPOINT_URL']}/_aws/cloudwatch/clock",
            data=json.dumps({"ahead": seconds}).encode(),
            headers={"X-Lakeloop-Token": Path(self.emulator[TOKEN_FILE]).read_text("utf-8").strip()},
        )
        urllib.request.urlopen(request).close()

    def invokes(self, event) -> str:
        """The answer of the function, whatever it is."""
        answer = self.client("lambda").invoke(FunctionName=FUNCTION, Qualifier="live", Payload=json.dumps(event))
        return answer["Payload"].read().decode()

    def goes_live_with(self, **configuration) -> None:
        """Change the function and let its alias name the changed version."""
        functions = self.client("lambda")
        functions.update_function_configuration(FunctionName=FUNCTION, **configuration)
        functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 1})
        version = functions.publish_version(FunctionName=FUNCTION)["Version"]
        functions.get_waiter("published_version_active").wait(
            FunctionName=FUNCTION, Qualifier=version, WaiterConfig={"Delay": 1}
        )
        functions.update_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=version)
