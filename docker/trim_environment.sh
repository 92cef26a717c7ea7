#!/bin/sh
# Remove from an environment what a container never runs. Give the environment's folder. Needs binutils.
set -eu

packages=$(echo "$1"/lib/python3*/site-packages)

# Tests, type stubs and headers.
find "$packages" -type d \( -name tests -o -name include \) -prune -exec rm -rf {} +
find "$packages" -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.h' -o -name '*.a' \) -delete

# The model runtime's parts for other hardware.
rm -rf "$packages/ai_edge_litert/tools" "$packages/ai_edge_litert/vendors"
rm -f "$packages"/ai_edge_litert/libLiteRt*.so

# Formats that no number comes from, the colours of programming languages, databases that we do not speak to.
rm -f "$packages"/PIL/_avif*.so "$packages"/pillow.libs/libavif-*
if [ -d "$packages/pygments" ]; then
  find "$packages/pygments/lexers" "$packages/pygments/styles" -name '*.py' ! -name '__init__.py' ! -name '_mapping.py' ! -name default.py -delete
fi
rm -rf "$packages"/sqlalchemy/dialects/mssql "$packages"/sqlalchemy/dialects/mysql "$packages"/sqlalchemy/dialects/oracle

# The dates of languages that no report is written in.
if [ -d "$packages/babel/locale-data" ]; then
  find "$packages/babel/locale-data" -name '*.dat' ! -name 'root.dat' ! -name 'en*.dat' ! -name 'es*.dat' ! -name 'fr*.dat' -delete
fi

# Only PyAV's own modules: the libraries that wheels bring have a layout that strip breaks.
if [ -d "$packages/av" ]; then
  find "$packages/av" -name '*.so' -exec strip --strip-unneeded {} +
fi
