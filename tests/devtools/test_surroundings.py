"""Where the local shop runs and what its programs are told; and the sentences when it cannot run there."""

import os
import socket
from pathlib import Path

import pytest

from devtools import surroundings
from devtools.problem import Problem
from devtools.surroundings import Place

PLACE = Place(8000, 8001, Path("/somewhere/.local"))


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Problem) as problem:
            surroundings.check_ports(Place(port, 1, PLACE.local_dir))

    assert str(problem.value) == (f"Port {port} is taken by another program. Stop it or run PORT={port + 10} make run.")


def test_a_port_taken_on_ipv6_alone_is_taken_too() -> None:
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Problem, match=f"Port {port} is taken"):
            surroundings.check_ports(Place(port, 1, PLACE.local_dir))


@pytest.mark.parametrize("given", ["http", "0", "65536", "-1", "8000.5", "٣"])
def test_a_port_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(Problem, match=r"^PORT is .*\. Set it to a number from 1 to 65535, as in PORT=8010 make run\.$"):
        surroundings.read({"PORT": given})


def test_two_programs_cannot_share_a_port() -> None:
    with pytest.raises(Problem, match=r"SANDBOX_PORT=8002"):
        surroundings.read({"PORT": "8001"})


def test_a_full_disk_is_told_with_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "MEGABYTES_NEEDED", 10**12)

    with pytest.raises(Problem, match=r"nearly full: \d+ MB are free and the shop needs"):
        surroundings.check_disk(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Problem, match=r"Cannot write in .* Set PRECHI_LOCAL_DIR"):
        surroundings.check_disk(tmp_path / "file" / "local")


def test_without_keys_every_provider_is_the_sandbox() -> None:
    env = surroundings.of_shop(PLACE, {}, {"DATABASE_URL": "postgres:///x"})

    assert env["PAYSTACK_BASE_URL"] == "http://127.0.0.1:8001/paystack"
    assert env["RESEND_API_URL"] == "http://127.0.0.1:8001/resend"
    assert "upload_prefix=http://127.0.0.1:8001/cloudinary" in env["CLOUDINARY_URL"]
    assert (env["PRECHI_ENV"], env["SITE_URL"]) == ("local", "http://localhost:8000")
    assert env["DATABASE_URL"] == "postgres:///x"


def test_a_real_key_switches_its_own_provider_alone() -> None:
    env = surroundings.of_shop(PLACE, {"PAYSTACK_SECRET_KEY": "sk_test_of_a_real_account"}, {})

    assert env["PAYSTACK_SECRET_KEY"] == "sk_test_of_a_real_account"
    assert "PAYSTACK_BASE_URL" not in env
    assert env["RESEND_API_URL"] == "http://127.0.0.1:8001/resend"


def test_an_empty_variable_is_no_variable() -> None:
    assert surroundings.of_shop(PLACE, {"PAYSTACK_SECRET_KEY": ""}, {})["PAYSTACK_SECRET_KEY"] == "sk_test_prechi_demo"


def test_the_sandbox_never_sees_a_key_that_might_be_real() -> None:
    keys = {
        "PAYSTACK_SECRET_KEY": "sk_live_1",
        "RESEND_API_KEY": "re_1",
        "RESEND_WEBHOOK_SECRET": "whsec_1",
        "CLOUDINARY_URL": "cloudinary://1:2@3",
    }

    env = surroundings.of_sandbox(PLACE, {**os.environ, **keys})

    assert not set(keys.values()) & set(env.values())
