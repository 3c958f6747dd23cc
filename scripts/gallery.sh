#!/usr/bin/env bash
# The gallery of the documentation site: a page for each experiment of experiments/, with the reports that were made here.
#   scripts/gallery.sh NAME [OPTION...]   runs an experiment (options are those of the verb run: --seed 0, --arm STL,DCR, --path data=…)
#                                         and keeps its run in artifacts/gallery/NAME, in place of an earlier one
#   scripts/gallery.sh --pages DIR        writes the pages into DIR, with reports of the runs that are kept; scripts/docs.sh does that
# DCR_GALLERY names another folder for the runs.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${DCR_GALLERY:-artifacts/gallery}
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

if [ "${1:-}" != --pages ]; then
  name=${1:?scripts/gallery.sh NAME [OPTION...], or --pages DIR}
  shift
  mkdir -p "$runs"
  new=$(mktemp -d "$runs/.$name.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  # A run that is stopped keeps its results in the store, so the same command goes on.
  dotnet run --project experiments -c Release -- run "$name" --store "$runs/.store" --out "$new/run" "$@"
  rm -rf "${runs:?}/$name"
  mv "$new/run" "$runs/$name"
  echo "$runs/$name"
  exit 0
fi

pages=${2:?scripts/gallery.sh --pages DIR}
mkdir -p "$pages/reports"
pages=$(cd "$pages" && pwd)
blob=$(dotnet msbuild src/DcrDsl.Specs -getProperty:PackageProjectUrl)/blob/main

{
  echo "# Gallery"
  echo
  echo "The experiments of the repository, each with the question that it asks and what came out where it was run for this site. Those on"
  echo "ToyWorld take minutes on a laptop and show how the method and its pieces work; they say nothing about large models."
  echo
  echo "| experiment | question | report |"
  echo "|---|---|---|"
} > "$pages/index.md"
echo "- { name: All, href: index.md }" > "$pages/toc.yml"

# What stands in the first lines of each generated program: name, file, question, arms with their stages, seeds.
for program in experiments/Generated/*.Program.g.cs; do
  read -r name declared < <(sed -n 's/^\/\/ The training program of experiment "\(.*\)", declared in \(.*\)\.$/\1 \2/p' "$program")
  question=$(awk '/<summary>/ { on = 1 } on { gsub(/^ *\/\/\/ ?|<\/?summary>/, ""); printf "%s ", $0 } on && !/./ { next } /<remarks>/ { exit }' "$program" |
    sed 's/<remarks>.*//; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g; s/^ *//; s/ *$//')
  arms=$(awk '/<remarks><code>/ { on = 1; next } /<\/code>/ { exit } on { sub(/^\/\/\/ /, ""); print }' "$program")
  seeds=$(sed -n 's/^\/\/\/ \(Seeds: .*\)$/\1/p' "$program" | head -n 1)
  case "$declared" in *.cs) language=csharp ;; *) language=yaml ;; esac
  report=""
  run="$runs/$name"
  {
    echo "# $name"
    echo
    echo "*$question*"
    echo
    echo '```text'
    echo "$arms"
    echo '```'
    echo
    echo "$seeds"
    echo
    echo '```text'
    echo "dotnet run --project experiments -c Release -- run $name"
    echo '```'
    echo
    echo "## What came out"
    echo
    if [ -s "$run/report.html" ]; then
      cp "$run/report.html" "$pages/reports/$name.html"
      seconds=$(grep -oh '"seconds":[0-9.eE+-]*' "$run/stages.jsonl" | awk -F: '{ s += $2 } END { printf "%.3g", s }')
      cells=$(grep -c . "$run/cells.jsonl")
      # The first lines of the report in Markdown, up to its first section, are its answer.
      awk '/^## /{exit} NR > 1 && $0 != "*'"${question//\"/}"'*"' "$run/report.md"
      echo
      echo "**[The whole report](reports/$name.html)**: $cells cells, whose stage runs took $seconds seconds in all, by"
      echo
      echo '```text'
      sed -n 's/^ *"command": "\(.*\)",$/\1/p' "$run/experiment.json" | sed 's/\\u0022/"/g; s/\\"/"/g' | sed 's/ --\(out\|store\) [^ ]*//g'
      echo '```'
      report="[report](reports/$name.html)"
    else
      echo "It was not run for this site: \`scripts/gallery.sh $name\` runs it, and \`plan $name\` says what that would take. What it gave earlier may stand among the [results](../docs/results.md)."
    fi
    echo
    echo "## Declaration"
    echo
    echo "[experiments/$declared]($blob/experiments/$declared):"
    echo
    echo '```'"$language"
    sed '/^# yaml-language-server:/d' "experiments/$declared"
    echo '```'
    echo
    echo "What is generated from it: [$(basename "$program")]($blob/$program)."
  } > "$pages/$name.md"
  echo "| [$name]($name.md) | $question | $report |" >> "$pages/index.md"
  echo "- { name: $name, href: $name.md }" >> "$pages/toc.yml"
done
