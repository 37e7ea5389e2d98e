"""The catalogue is read whole or refused with file and entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import paths
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.errors import BadKnowledge
from app.domain.faults import FaultClass
from app.knowledge import load_knowledge

SHIPPED = paths.resources() / "knowledge"


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    """The catalogue the product ships."""
    return load_knowledge(SHIPPED)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge"))


def spoil(folder: Path, name: str, old: str, new: str) -> BadKnowledge:
    """Replace something in one file and return how the catalogue is refused."""
    file = folder / name
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadKnowledge) as caught:
        load_knowledge(folder)
    return caught.value


def test_every_class_leads_through_mode_and_cause_to_a_remedy(shipped: Knowledge) -> None:
    for fault_class in FaultClass:
        modes = shipped.modes_of(fault_class)
        assert modes
        for mode in modes:
            for cause in shipped.causes_of(mode.id):
                for remedy in shipped.remedies_of(cause.id):
                    chain = shipped.chain_problem(fault_class, mode.id, cause.id, remedy.id)
                    assert chain is None


def test_a_cause_of_another_mode_is_foreign(shipped: Knowledge) -> None:
    problem = shipped.chain_problem(FaultClass.HARDWARE, "hw.print", "battery_aged", "")
    assert problem == ("cause", "resolution.cause_foreign")


def test_only_the_terminals_own_modem_makes_a_network_fault_its_failure(
    shipped: Knowledge,
) -> None:
    assert shipped.cause_is_item("modem_bad")
    assert not shipped.cause_is_item("sim_arrears")


def test_a_clashing_code_has_one_meaning_in_a_profile_and_all_without(shipped: Knowledge) -> None:
    assert [meaning.profile for meaning in shipped.meanings("A4", "ums")] == ["ums"]
    assert len(shipped.meanings("A4")) == 2


def test_a_platform_that_is_silent_on_a_code_follows_the_general_table(
    shipped: Knowledge,
) -> None:
    assert [meaning.profile for meaning in shipped.meanings("51", "ums")] == ["unionpay"]


def test_the_profile_follows_from_model_before_acquirer(shipped: Knowledge) -> None:
    assert shipped.profile_for("银联商务", "N910") == "unionpay"
    assert shipped.profile_for("银联商务", "CPOS X3") == "cpos"
    assert shipped.profile_for("某新机构", "某型号") == ""


def test_the_hash_names_the_content_and_not_the_checkout(shipped: Knowledge, copy: Path) -> None:
    file = copy / "modes.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_knowledge(copy).hash == shipped.hash
    file.write_bytes(file.read_bytes().replace(b'share = "rare"', b'share = "often"', 1))
    assert load_knowledge(copy).hash != shipped.hash


def test_an_unknown_key_is_refused_with_its_place(copy: Path) -> None:
    refused = spoil(copy, "modes.toml", 'share = "often"', 'shares = "often"')
    assert refused.params["file"] == "modes.toml"
    assert refused.params["entry"] == "mode.hw.power"


def test_a_dangling_reference_is_refused_with_its_place(copy: Path) -> None:
    refused = spoil(copy, "causes.toml", 'remedies = ["charge"', 'remedies = ["chargee"')
    assert refused.params["entry"] == "cause.battery_flat"
    assert refused.params["problem"] == "no remedy chargee"


def test_a_bad_code_is_named_by_profile_and_code(copy: Path) -> None:
    refused = spoil(copy, "codes.toml", 'act = "decline"', 'act = "perhaps"')
    assert refused.params["entry"] == "code unionpay/01"


def test_the_same_id_twice_is_refused(copy: Path) -> None:
    (copy / "more.toml").write_text(
        '[remedy]\ncharge = { zh = "充电", en = "Charge", source = "own" }\n', encoding="utf-8"
    )
    with pytest.raises(BadKnowledge) as caught:
        load_knowledge(copy)
    assert "remedies.toml" in str(caught.value.params["problem"]) or caught.value.params[
        "file"
    ] in {"more.toml", "remedies.toml"}


def test_a_file_that_is_not_toml_is_refused(copy: Path) -> None:
    (copy / "broken.toml").write_text("[mode\n", encoding="utf-8")
    with pytest.raises(BadKnowledge) as caught:
        load_knowledge(copy)
    assert caught.value.params["file"] == "broken.toml"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge):
        load_knowledge(tmp_path)
