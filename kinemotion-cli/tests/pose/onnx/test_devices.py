"""Which estimator and device are chosen, and what is said where a device cannot be used."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from kinemotion.errors import ExitStatus, ModelProblem, UsageProblem
from kinemotion.pose import choose_default_estimator, open_estimator
from kinemotion.pose.onnx import devices, network


@pytest.mark.parametrize("device", ["cuda", "coreml", "directml", "openvino"])
def test_a_graphics_card_is_for_onnx_runtime(device: str):
    assert choose_default_estimator(device) == "onnx"


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_the_processor_computes_unless_a_card_is_asked_for(device: str):
    assert choose_default_estimator(device) == "litert"


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


class _FailingRuntime(ModuleType):
    """ONNX Runtime whose card has no memory left. As the real one, it goes on with the CPU unless told not to."""

    class SessionOptions:
        def add_session_config_entry(self, key: str, value: str) -> None: ...

    class InferenceSession:
        def __init__(self, *_: object, enable_fallback: int = 1, **__: object) -> None:
            if not enable_fallback:
                raise RuntimeError("CUDA failure 2: out of memory")
            sys.stdout.write("EP Error\n")

    def get_available_providers(self) -> list[str]:
        return ["CUDAExecutionProvider"]

    def preload_dlls(self) -> None: ...


def test_a_card_that_fails_at_the_start_says_nothing_among_the_results(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(network, "find_distribution", lambda: "onnxruntime-gpu 1.31.1")
    failing = _FailingRuntime("onnxruntime")
    failing.capi = SimpleNamespace(onnxruntime_pybind11_state=SimpleNamespace(Fail=OSError))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onnxruntime", failing)
    with pytest.raises(ModelProblem) as caught, open_estimator("onnx", preset="fast", device="cuda"):
        pass
    assert (caught.value.message.code, capsys.readouterr().out) == ("device_not_usable", "")
    assert "memory" in caught.value.hint


@pytest.mark.parametrize("missing", ["package", "libraries"])
def test_a_missing_runtime_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str):
    if missing == "package":
        monkeypatch.setattr(network, "find_distribution", lambda: None)
    else:
        monkeypatch.setattr(network, "find_distribution", lambda: "onnxruntime 1.32.0")
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelProblem) as caught, open_estimator("onnx"):
        pass
    assert "extra 'onnx'" in caught.value.hint
    assert "'gpu'" in caught.value.hint


def test_one_package_provides_the_runtime():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime has no package for this system")
    found = devices.find_distribution()
    assert found is not None
    assert found.split()[0] in devices.DISTRIBUTIONS
