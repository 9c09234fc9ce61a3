"""`make migrate TABLE=…`: brings a table to the newest schema, with the caller's AWS credentials."""

import argparse

import boto3

from operations.migrations.runner import Runner
from operations.migrations.steps import all_steps


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make migrate", description=__doc__)
    arguments.add_argument("--table", required=True, help="the table's name: the stack's output TableName")
    table = arguments.parse_args().table
    last = None
    for step, changed in Runner(boto3.client("dynamodb"), table).apply(all_steps()):
        last = step
        print(f"{step.name}: {changed} items changed", flush=True)
    print("done" if last else "nothing to do: every step was applied before")


if __name__ == "__main__":
    main()
