"""The environments that the parts of the stack run in: nothing of the user's AWS account reaches any of them."""

import os
from pathlib import Path

from local.options import LOCAL, REGION, ROOT

PASSED_ON = (
    "PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy",
)  # fmt: skip
LOOPBACK = "127.0.0.1,localhost"


def bare_environment(state: Path) -> dict[str, str]:
    """What any part needs. Temporary files and a home go into `state`, which is removed at the end."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    for name in ("tmp", "home"):
        (state / name).mkdir(exist_ok=True)
    return environment | {
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{environment.get('PATH', os.defpath)}",
        "HOME": str(state / "home"),
        "TMPDIR": str(state / "tmp"),
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
        "PYTHONUNBUFFERED": "1",
    }


def aws_environment(state: Path, endpoint: str) -> dict[str, str]:
    """For a client of the embedded AWS: credentials that mean nothing anywhere else."""
    return bare_environment(state) | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
        "__SAM_CLI_APP_DIR": str(LOCAL / "aws-sam"),
    }


def ministack_environment(state: Path, port: int, dynamodb_url: str | None = None) -> dict[str, str]:
    """MiniStack's own. Its Lambda workers inherit it, and reach it at the same port, or DynamoDB at `dynamodb_url`."""
    elsewhere = {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url} if dynamodb_url else {}
    return (
        bare_environment(state)
        | elsewhere
        | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": "000000000000",
            "LOG_LEVEL": "WARNING",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Unreachable on purpose: it must find no Docker.
            "DOCKER_HOST": f"unix://{LOCAL / 'no-docker.sock'}",
        }
    )
