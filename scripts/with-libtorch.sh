#!/usr/bin/env bash
# Starts the program beside this file with the libtorch of a Python PyTorch: that of DCR_LIBTORCH=…/torch/lib, else that of the first
# python3. Usage: ./with-libtorch.sh run smoke --device cuda:0
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
needed=2.10

fail() { echo "$1" >&2; exit 1; }

libtorch=${DCR_LIBTORCH:-}
if [ -z "$libtorch" ]; then
  libtorch=$(python3 -c 'import importlib.util, os; print(os.path.join(os.path.dirname(importlib.util.find_spec("torch").origin), "lib"))' 2>/dev/null) ||
    fail "There is no libtorch: python3 has no torch; install PyTorch $needed, or set DCR_LIBTORCH to the folder torch/lib of one."
fi
[ -f "$libtorch/libtorch_cpu.so" ] ||
  fail "There is no libtorch in $libtorch: set DCR_LIBTORCH to the folder torch/lib of a Python PyTorch $needed, which has libtorch_cpu.so."

# A PyTorch says its version beside the folder; its libraries are not those of another.
version=$(sed -n "s/^__version__ *= *['\"]\([^'\"]*\)['\"].*/\1/p" "$libtorch/../version.py" 2>/dev/null || true)
case "$version" in
  "" | $needed | $needed.*) ;;
  *) echo "The libtorch in $libtorch is $version; this program is built for $needed, and with others the first tensor may fail." >&2 ;;
esac
export LD_LIBRARY_PATH="$libtorch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/app/$(cat "$here/program")" "$@"
