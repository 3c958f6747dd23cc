#!/usr/bin/env bash
# Publishes a program for Linux machines that have a Python PyTorch and no .NET: self-contained, without libtorch, which it takes from that
# PyTorch (docs/gpu.md). Usage: scripts/publish-without-libtorch.sh [OUT] [PROJECT]   makes the folder OUT and OUT.tar.xz beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/experiments-linux-x64}
project=${2:-experiments}
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

if [ -e "$out" ] && [ ! -f "$out/with-libtorch.sh" ] && [ -n "$(ls -A "$out")" ]; then
  echo "$out holds something else: give another folder." >&2
  exit 1
fi
rm -rf "$out" "$out.tar.xz"
mkdir -p "$out"
out=$(cd "$out" && pwd)
# What it is built beside must not change what a build here finds, so its intermediate files lie apart. LibTorchSharp is weakened always:
# where it will run may be older than this machine.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish "$project" -c Release -r linux-x64 --self-contained -o "$out/app" \
  -p:DcrTorch=none -p:DcrWeakenLibTorchSharp=always -p:DebugType=none -p:GenerateDocumentationFile=false --artifacts-path "$work" >&2
if find "$out/app" -name 'libtorch*' -o -name 'libc10*' | grep -q .; then
  echo "libtorch was published, too: does $project reference a package of it though DcrTorch is none?" >&2
  exit 1
fi
cp scripts/with-libtorch.sh "$out/with-libtorch.sh"
chmod +x "$out/with-libtorch.sh"
find "$out/app" -maxdepth 1 -name '*.runtimeconfig.json' -printf '%f\n' | sed 's/\.runtimeconfig\.json$//' > "$out/program"
XZ_OPT='-6 -T0' tar -C "$(dirname "$out")" -cJf "$out.tar.xz" "$(basename "$out")"
du -sh "$out" "$out.tar.xz"
echo "There: tar xf $(basename "$out").tar.xz && $(basename "$out")/with-libtorch.sh doctor --device cuda:0"
