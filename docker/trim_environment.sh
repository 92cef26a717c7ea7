#!/bin/sh
# Remove from an environment what a container never runs: tests, PyAV's debug symbols, the model runtime's parts for other
# hardware, and the dates of languages that no report is written in.
# Give the environment's folder.
set -eu

packages=$(echo "$1"/lib/python3*/site-packages)
find "$packages" -type d -name tests -prune -exec rm -rf {} +
find "$packages" -name libLiteRtWebGpuAccelerator.so -delete
rm -rf "$packages/ai_edge_litert/tools" "$packages/ai_edge_litert/vendors"
if [ -d "$packages/babel/locale-data" ]; then
  find "$packages/babel/locale-data" -name '*.dat' ! -name 'root.dat' ! -name 'en*.dat' ! -name 'es*.dat' ! -name 'fr*.dat' -delete
fi
# Only PyAV's own modules: the libraries that wheels bring have a layout that strip breaks.
if [ -d "$packages/av" ] && command -v strip >/dev/null; then
  find "$packages/av" -name '*.so' -exec strip --strip-unneeded {} +
fi
