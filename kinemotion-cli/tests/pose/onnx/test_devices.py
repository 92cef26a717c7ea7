"""Which estimator and device are chosen, and what is said where a device cannot be used."""

import ctypes
import sys

import pytest

from kinemotion.errors import ExitStatus, ModelProblem, UsageProblem
from kinemotion.pose import choose_default_estimator, estimators, open_estimator
from kinemotion.pose.onnx import devices, network


@pytest.mark.parametrize("device", ["cuda", "coreml", "directml", "openvino"])
def test_a_graphics_card_is_for_onnx_runtime(device: str):
    assert choose_default_estimator(device) == "onnx"


@pytest.mark.parametrize(("device", "chosen"), [("auto", "onnx"), ("cpu", "litert")])
def test_a_card_is_used_unless_the_processor_is_asked_for(monkeypatch: pytest.MonkeyPatch, device: str, chosen: str):
    monkeypatch.setattr(estimators, "choose_device", lambda: "cuda")
    assert choose_default_estimator(device) == chosen


def test_without_the_package_for_cards_no_card_is_looked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(devices, "_WITH_CUDA", "no-such-package")
    monkeypatch.setattr(devices, "count_cuda_devices", lambda: 1)
    assert devices.choose_device() == "cpu"


@pytest.mark.parametrize(("cards", "chosen"), [(1, "cuda"), (0, "cpu")])
def test_with_the_package_the_driver_is_asked(monkeypatch: pytest.MonkeyPatch, cards: int, chosen: str):
    monkeypatch.setattr(devices, "_WITH_CUDA", "numpy")  # something that is installed
    monkeypatch.setattr(devices, "count_cuda_devices", lambda: cards)
    assert devices.choose_device() == chosen


def test_a_missing_driver_means_no_card(monkeypatch: pytest.MonkeyPatch):
    def load(name: str) -> object:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert devices.count_cuda_devices() == 0


@pytest.mark.parametrize("name", ["litert", "mediapipe"])
def test_an_estimator_of_the_processor_refuses_another_device(name: str):
    with pytest.raises(UsageProblem) as caught, open_estimator(name, device="cuda"):
        pass
    assert caught.value.message.code == "estimator_without_device"
    assert "onnx" in caught.value.hint


def test_an_unknown_device_is_refused():
    with pytest.raises(UsageProblem) as caught, open_estimator(device="abacus"):
        pass
    assert "cuda" in caught.value.hint


def test_a_device_without_its_provider_is_refused():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")
    device = "directml" if sys.platform == "linux" else "openvino"
    with pytest.raises(ModelProblem) as caught, open_estimator("onnx", preset="fast", device=device):
        pass
    assert (caught.value.message.code, caught.value.exit_status) == ("device_not_usable", ExitStatus.MODEL_PROBLEM)
    assert f"onnxruntime-{device}" in caught.value.hint


@pytest.mark.parametrize("missing", ["package", "libraries"])
def test_a_missing_runtime_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str):
    if missing == "package":
        monkeypatch.setattr(network, "find_distribution", lambda: None)
    else:
        monkeypatch.setattr(network, "find_distribution", lambda: "onnxruntime 1.32.0")
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelProblem) as caught, open_estimator("onnx"):
        pass
    assert "kinemotion[onnx]" in caught.value.hint
    assert "kinemotion[gpu]" in caught.value.hint


def test_one_package_provides_the_runtime():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")
    found = devices.find_distribution()
    assert found is not None
    assert found.split()[0] in devices.DISTRIBUTIONS
