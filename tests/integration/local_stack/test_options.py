from pathlib import Path

import pytest

from local import options
from local.options import StackOptions, options_from_environment, parse_parameters
from local.problems import StackProblem


@pytest.fixture(autouse=True)
def nothing_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither by the environment nor by a .env; answers the folder of the latter."""
    chosen = [*options.PARAMETERS_BY_SETTING, *options.SECRETS, "TIKETI_PARAMETERS", "TIKETI_STACK_FILE"]
    for name in [*chosen, "LOCAL_GATEWAY_PORT", "LOCAL_DARAJA_PORT", "LOCAL_AWS_PORT", "LOCAL_MAX_IN_FLIGHT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(options, "ROOT", tmp_path)
    return tmp_path


def test_without_any_choice_ports_are_free_ones_and_the_simulator_runs() -> None:
    chosen = options_from_environment()
    assert (chosen.ports.gateway, chosen.ports.daraja, chosen.ports.aws) == (0, 0, 0)
    assert chosen.daraja_url is None
    assert chosen.parameters == {}


def test_another_daraja_takes_the_simulators_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPESA_BASE_URL", "https://sandbox.safaricom.co.ke")
    chosen = options_from_environment()
    assert chosen.daraja_url == "https://sandbox.safaricom.co.ke"
    assert chosen.parameters["MpesaBaseUrl"] == "https://sandbox.safaricom.co.ke"


def test_the_environment_wins_over_the_file(nothing_is_chosen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nothing_is_chosen / ".env").write_text(
        "LOCAL_GATEWAY_PORT=8001\nLOCAL_AWS_PORT=8002\nMPESA_PASSKEY=from-the-file\n"
    )
    monkeypatch.setenv("LOCAL_GATEWAY_PORT", "9001")
    chosen = options_from_environment()
    assert (chosen.ports.gateway, chosen.ports.aws) == (9001, 8002)
    assert chosen.all_secrets()["MPESA_PASSKEY"] == "from-the-file"


def test_keys_that_nobody_gave_are_made_up_for_each_run() -> None:
    first, second = StackOptions().all_secrets(), StackOptions().all_secrets()
    assert len(first["JWT_SECRET_KEY"]) >= 32
    assert first["JWT_SECRET_KEY"] != second["JWT_SECRET_KEY"]


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("LOCAL_DARAJA_PORT", port)
    with pytest.raises(StackProblem, match=r"LOCAL_DARAJA_PORT is .*: it must be a whole number from 0 to 65535"):
        options_from_environment()


def test_parameters_are_read_as_sam_reads_them() -> None:
    assert parse_parameters('HoldSeconds=60 CorsAllowedOrigins="http://a, http://b"') == {
        "HoldSeconds": "60",
        "CorsAllowedOrigins": "http://a, http://b",
    }


def test_a_parameter_without_a_value_is_named() -> None:
    with pytest.raises(StackProblem, match="'HoldSeconds' is not Key=Value"):
        parse_parameters("HoldSeconds 60")
