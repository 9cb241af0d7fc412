"""Shows that a small function's zip is whole: run by a bare interpreter that has what Lambda's Python has, and the zip.

python -I -S small_proof.py <the zip's folder> <the function's package> <this environment's packages>
"""

import os
import pkgutil
import sys
from importlib import import_module
from importlib.machinery import PathFinder

# boto3 and what it brings: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
_OF_THE_RUNTIME = {"awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


class _Runtime:
    """Finds the packages of Lambda's Python, and no other, among those of this environment."""

    def __init__(self, packages: str) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        return PathFinder.find_spec(name, [self._packages]) if name in _OF_THE_RUNTIME and path is None else None


def prove(folder: str, package: str, packages: str) -> None:
    sys.path.insert(0, folder)
    sys.meta_path.append(_Runtime(packages))  # type: ignore[arg-type]
    os.environ.update(AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1")
    os.environ.pop("HOME", None)
    whole = import_module(package)
    for module in pkgutil.walk_packages(whole.__path__, f"{package}."):
        import_module(module.name)


if __name__ == "__main__":
    prove(*sys.argv[1:4])
