#!/usr/bin/env bash
# Renews what Terraform makes of the expressions in expressions.txt and unknowns.txt, and of the modules in modules/.
# Needs Terraform 1.11 and jq; downloads nothing.
#
# Both texts: an expression; below it, indented, `= ` and its value as JSON (or `error`); then, where mllint says
# something else, `~ ` and why, and for unknowns `: ` and what mllint makes of it. Only lines with `= ` are written here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp -r files "$work/files"

# Rewrites a file: `value EXPRESSION` prints the new value.
renew() {
    while IFS= read -r line; do
        case "$line" in
        '    = '*) ;;
        '' | '#'* | '    '*) printf '%s\n' "$line" ;;
        *) printf '%s\n    = %s\n' "$line" "$(value "$line")" ;;
        esac
    done <"$1" >"$work/new"
    cp "$work/new" "$1"
}

# The console prints the last value of its input, and quotes texts: base64 needs no unquoting.
value() {
    local out
    out="$(cd "$work" && printf 'base64encode(jsonencode(%s))\n' "$1" | terraform console 2>/dev/null)" || { echo error; return; }
    case "$out" in
    '"'*) printf '%s' "${out//\"/}" | base64 -d ;;
    *) echo unknown ;;
    esac
}
renew expressions.txt

# A plan shows what is known of an output before the apply: `after`, and which parts of it are not known.
cat >"$work/main.tf" <<'TF'
resource "terraform_data" "later" {}
locals {
  text   = terraform_data.later.id
  any    = jsondecode(terraform_data.later.id)
  list   = split(",", terraform_data.later.id)
  map    = zipmap(local.list, local.list)
  number = parseint(terraform_data.later.id, 16)
  flag   = terraform_data.later.id == "a"
}
TF
(cd "$work" && terraform init -backend=false >/dev/null)
value() {
    printf 'output "value" {\n  value = %s\n}\n' "$1" >"$work/output.tf"
    (cd "$work" && terraform plan -out=plan >/dev/null 2>&1) || { echo error; return; }
    (cd "$work" && terraform show -json plan) | python3 -c '
import json, sys
def known(after, unknown):
    if unknown is True:
        return "(known after apply)"
    if isinstance(unknown, dict) and isinstance(after, dict):
        return {name: known(after.get(name), unknown.get(name)) for name in sorted({*after, *unknown})}
    if isinstance(unknown, list) and isinstance(after, list):
        both = max(len(after), len(unknown))
        after, unknown = after + [None] * (both - len(after)), unknown + [False] * (both - len(unknown))
        return [known(*pair) for pair in zip(after, unknown)]
    return after
change = json.load(sys.stdin)["output_changes"]["value"]
print(json.dumps(known(change.get("after"), change.get("after_unknown")), ensure_ascii=False))'
}
renew unknowns.txt

# Whole modules: the planned values of each directory in modules/, into its expected.json.
for module in modules/*/; do
    copy="$work/$module"
    mkdir -p "$copy"
    cp -r "$module." "$copy"
    (
        cd "$copy"
        terraform init -input=false >/dev/null
        terraform plan -input=false -out=plan >/dev/null
        terraform show -json plan
    ) | jq --sort-keys '{
        resources: [.resource_changes[]? | {
            key: .address,
            value: {type, after: .change.after, unknown: .change.after_unknown}
        }] | from_entries,
        outputs: (.output_changes // {}) | map_values({after, unknown: .after_unknown})
    }' >"$module/expected.json"
done
