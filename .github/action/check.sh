#!/usr/bin/env bash
# Runs mllint once: annotations on standard output, the summary of the step, the outputs; ends as mllint does.
#
# In: MLLINT_BINARY, and an INPUT_… for each input of the action but `version`.
set -euo pipefail

work="$(mktemp -d "$RUNNER_TEMP/mllint-report.XXXXXX")"
summary="$work/summary.md" report="$work/report.json"

arguments=(check --format github --format "markdown=$summary" --format "json=$report")
[[ -z "$INPUT_SELECT" ]] || arguments+=("--select=$INPUT_SELECT")
[[ -z "$INPUT_IGNORE" ]] || arguments+=("--ignore=$INPUT_IGNORE")
[[ -z "$INPUT_FAIL_ON" ]] || arguments+=("--fail-on=$INPUT_FAIL_ON")
[[ -z "$INPUT_CONFIG" ]] || arguments+=("--config=$INPUT_CONFIG")
# Words, with nothing in them expanded.
while read -r -d ' ' word; do
    [[ -z "$word" ]] || arguments+=("$word")
done <<<"${INPUT_ARGS//[$'\t\n']/ } "
arguments+=(--)
while IFS= read -r path; do
    [[ -z "$path" ]] || arguments+=("$path")
done <<<"$INPUT_PATH"

status=0
"$MLLINT_BINARY" "${arguments[@]}" || status=$?

if [[ $status -gt 1 ]]; then
    echo "::error title=mllint::mllint could not do its work (exit status $status): the log of this step says why"
fi
if [[ -s "$summary" ]]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
else
    echo "**mllint** could not do its work (exit status $status): the log of the step says why" >>"$GITHUB_STEP_SUMMARY"
fi
findings=""
if [[ -s "$report" ]]; then
    # The summary of the report stands at this depth and nowhere else: a text of the report never spans lines.
    findings="$(awk '/^    "(errors|warnings|advice)": [0-9]+,?$/ { gsub(/[^0-9]/, ""); sum += $0 } END { print sum + 0 }' "$report")"
fi
{
    echo "findings=$findings"
    echo "exit-status=$status"
} >>"$GITHUB_OUTPUT"
exit "$status"
