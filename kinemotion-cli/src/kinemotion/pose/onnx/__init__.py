"""The pose models on ONNX Runtime: converted from their files when they are loaded, so the weights are the same."""
