#!/usr/bin/env bash
# The tests that take long, each with the setting that its test class documents. Usage: scripts/heavy-tests.sh [CLASS...]
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1
export DCRDSL_KILLS="${DCRDSL_KILLS:-100}" DCRDSL_SHARES="${DCRDSL_SHARES:-20}" DCRDSL_QUICKSTART=1 DCRDSL_PACKAGES=1 DCRDSL_BROWSER=1

dotnet build -c Release
classes=("$@")
[ ${#classes[@]} -gt 0 ] || classes=(KillTests ShareTests ReproducibleTests PackageTests PackageValidationTests SlurmClusterTests)
status=0
for class in "${classes[@]}"; do
  echo "== $class"
  tests/EndToEnd/bin/Release/net10.0/DcrDsl.EndToEnd.Tests -class "*.$class" || status=1
done
if [ $# -eq 0 ]; then tests/Browser/bin/Release/net10.0/DcrDsl.Browser.Tests || status=1; fi
exit "$status"
