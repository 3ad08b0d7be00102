#!/usr/bin/env bash
# Runs the review gate on sample diffs, and on a repository of its own; the names of the samples say what is expected.
set -euo pipefail
cd "$(dirname "$0")"
gate=$PWD/review-gate.sh
unset GITHUB_OUTPUT
fail() { echo "review-gate: $*" >&2; exit 1; }

for sample in samples/*.diff; do
  answer=$("$gate" <"$sample")
  case $sample in
    samples/labelled-*) [[ $answer == "label: transaction-meets-io"* ]] || fail "$sample is not labelled" ;;
    samples/silent-*) [[ -z $answer ]] || fail "$sample is labelled: $answer" ;;
    *) fail "$sample: name it labelled-... or silent-..." ;;
  esac
done
"$gate" <samples/labelled-client-added-to-transaction.diff | grep '^+ src/main/java/com/example/Enricher.java:6: ' >/dev/null ||
  fail "the new line is not named"

# In a repository: the transaction is far away from the changed line, and other files do not count.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git() { command git -C "$work" -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false "$@"; }
git init -q
{ echo 'class A { Object a = sluice.inTransaction('; seq 1 300 | sed 's|^|// |'; echo '; }'; } >"$work/A.java"
git add -A && git commit -qm one
sed -i 's|^// 290$|WebClient client;|' "$work/A.java"
echo 'WebClient' >"$work/notes.md"
git add -A && git commit -qm two
echo '// a comment' >>"$work/A.java"
git add -A && git commit -qm three
output=$work/output
(cd "$work" && GITHUB_OUTPUT=$output "$gate" HEAD~2 HEAD~1 | grep '^+ A.java:291: WebClient' >/dev/null) || fail "a distant transaction is missed"
grep -qx 'label=transaction-meets-io' "$output" || fail "no output for the workflow"
[[ -z $(cd "$work" && "$gate" HEAD~1 HEAD) ]] || fail "a comment is labelled"
if (cd "$work" && "$gate" HEAD nonsense >/dev/null 2>&1); then fail "an unknown commit passes"; fi
