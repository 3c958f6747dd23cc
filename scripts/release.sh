#!/usr/bin/env bash
# A release, in two steps; neither pushes anything.
#   scripts/release.sh VERSION             writes the version, dates the changelog, marks the diagnostics as shipped, packs, commits, tags
#   scripts/release.sh --published VERSION once NuGet has the packages: from then on a package that breaks what they offered does not pack
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1
fail() { echo "$1" >&2; exit 1; }

published=false
[ "${1:-}" != --published ] || { published=true; shift; }
version=${1:-}
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "Give a version, as 0.2.0: scripts/release.sh VERSION."
[ -z "$(git status --porcelain)" ] || fail "The working tree has changes: commit or stash them first."

if $published; then
  git rev-parse -q --verify "v$version" > /dev/null || fail "There is no tag v$version: release it first."
  sed -i "s#<LastRelease>.*</LastRelease>#<LastRelease>$version</LastRelease>#" Directory.Build.props
  # Restoring finds the packages, or says that they are not on NuGet yet; packing compares with them.
  dotnet pack src/DcrDsl.Specs -c Release -o "$(mktemp -d)" || { git checkout -q Directory.Build.props; fail "The packages of $version cannot be compared with: see above."; }
  git commit -qam "Packages stay compatible with $version"
  echo "Push this commit."
  exit 0
fi

git rev-parse -q --verify "v$version" > /dev/null && fail "v$version is released already."
grep -q '^## Unreleased$' CHANGELOG.md || fail "CHANGELOG.md has no section Unreleased: say what is different for whom."
before=$(dotnet msbuild src/DcrDsl.Specs -getProperty:Version)
today=$(date -u +%F)
sed -i "s#<Version>.*</Version>#<Version>$version</Version>#" Directory.Build.props
sed -i "s/^## Unreleased$/## $version ($today)/" CHANGELOG.md
sed -i "s/^version: .*/version: $version/; s/^date-released: .*/date-released: $today/" CITATION.cff
# What pages tell to reference.
sed -i "s/\(Include=\"DcrDsl[A-Za-z.]*\" Version=\"\)$before\"/\1$version\"/; s/\(DcrDsl@\|DcrDsl\.Templates\.\)$before/\1$version/" docs/*.md src/*/PACKAGE.md

rules=generators/DcrDsl.Generators/AnalyzerReleases
if grep -q '^DCR' $rules.Unshipped.md; then
  { echo; echo "## Release ${version%%-*}"; sed '/^;/d' $rules.Unshipped.md; } | cat -s >> $rules.Shipped.md
  sed -i '/^;/!d' $rules.Unshipped.md
fi

bash scripts/pack.sh "artifacts/packages-$version"
git commit -qam "Release $version"
git tag -a "v$version" -m "DcrDsl $version"
echo "Packed into artifacts/packages-$version. Push with: git push origin HEAD v$version; .github/workflows/packages.yml publishes what a tag names."
echo "When NuGet has them: scripts/release.sh --published $version"
