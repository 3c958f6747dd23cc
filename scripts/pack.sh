#!/usr/bin/env bash
# Packs everything that is published into a folder, with a bill of materials beside each. Usage: scripts/pack.sh [FOLDER] [VERSION]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-artifacts/packages}
version=${2:+-p:Version=$2}
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

mkdir -p "$folder"
dotnet tool restore
dotnet build DcrDsl.sln -c Release ${version:-}
for project in DcrDsl.Specs DcrDsl.Jinja DcrDsl.Tokenizers DcrDsl DcrDsl.Cli DcrDsl.Tool DcrDsl.Templates; do
  dotnet pack "src/$project" -c Release --no-build -o "$folder" ${version:-}
done
for project in DcrDsl.Jinja DcrDsl.Tokenizers DcrDsl.Specs DcrDsl DcrDsl.Cli DcrDsl.Tool; do
  dotnet dotnet-CycloneDX "src/$project/$project.csproj" --output "$folder" --filename "$project.cdx.json" --output-format Json --disable-package-restore --include-project-references
done
ls -l "$folder"
