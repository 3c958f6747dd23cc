#!/usr/bin/env bash
# The documentation site, from the pages of docs/, the README, the XML comments and the reports of the gallery: scripts/docs.sh [OUT]
# writes it to OUT (artifacts/docs/site). A broken link or anchor, or a page in no table of contents, ends it with 1.
# Looked at with: dotnet docfx serve artifacts/docs/site
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/docs/site}
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

dotnet tool restore
# What the compiler says of a cref that it cannot resolve is an error there: this build is the check of the XML comments.
dotnet build src/DcrDsl.Cli -c Release
address=$(dotnet msbuild src/DcrDsl.Specs -getProperty:PackageProjectUrl)

stage=artifacts/docs/stage
rm -rf "$stage"
mkdir -p "$stage/assemblies" "$stage/references" "$stage/docs" "$stage/gallery"
cp -r docs/site/. src/icon.png "$stage"
cp -r docs/*.md docs/toc.yml docs/images docs/dcr.schema.json "$stage/docs"
cp README.md "$stage/index.md"
cp CONTRIBUTING.md CHANGELOG.md SECURITY.md "$stage"
bash scripts/gallery.sh --pages "$stage/gallery"

# Pages link to each other by file, as on GitHub. Files that are no pages are linked to where the project is published; that they exist
# here is what LinkTests hold.
sed -i -E "s#\]\((\.\./)?README\.md#](\1index.md#g; s#\]\((\.\./)?((experiments|src|tests|generators|scripts|\.github)[^)]*|LICENSE)\)#]($address/blob/main/\2)#g" \
  "$stage"/*.md "$stage"/docs/*.md

for project in DcrDsl.Specs DcrDsl.Jinja DcrDsl.Tokenizers DcrDsl DcrDsl.Cli; do
  cp "src/$project/bin/Release/net10.0/$project.dll" "src/$project/bin/Release/net10.0/$project.xml" "$stage/assemblies"
done
# What these stand on, so that the types of others have their names.
dotnet msbuild src/DcrDsl.Cli -p:Configuration=Release -t:ResolveReferences -getItem:ReferencePath |
  sed -n 's/^ *"FullPath": "\(.*\.dll\)",*$/\1/p' | grep -v 'Microsoft\.NETCore\.App\.Ref\|/DcrDsl' |
  while read -r reference; do cp "$reference" "$stage/references"; done

# Its option --warningsAsErrors is not heeded by both of its steps, so what it says is looked at.
(cd "$stage" && dotnet docfx docfx.json --logLevel warning) | tee "$stage/docfx.log"
if grep -E '(: |^)(warning|error)( |:)' "$stage/docfx.log" > "$stage/warnings.log"; then
  echo "The documentation has $(wc -l < "$stage/warnings.log") warnings, each of which is an error here." >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$(dirname "$out")"
mv "$stage/site" "$out"
echo "$(find "$out" -name '*.html' | wc -l) pages in $out"
