#!/usr/bin/env bash
# Labels a change in which transaction code and clients of other systems meet, so that somebody looks whether a
# transaction now waits for an HTTP answer. It reads words, no types: the ArchUnit rule noExternalIoInTransactions and the
# guard decide, this only asks for a pair of eyes.
#
#   review-gate.sh BASE HEAD     compares two commits of the repository in the current directory
#   review-gate.sh < some.diff   reads a diff; one made with a large --unified shows whole files
#
# A change is labelled if a file that it touches holds both and one of its new lines is one of them, or if its new
# lines bring one into one file and the other into another. Prints "label: transaction-meets-io" and the lines, or
# nothing; writes label=... to $GITHUB_OUTPUT where that is set. Exit status: 0 in both cases, 2 if it cannot read.
set -euo pipefail

label=transaction-meets-io
transaction='inTransaction[(]|@Transactional|TransactionalOperator|[.]phases[(]'
client='WebClient|RestClient|RestTemplate|HttpClient|HttpURLConnection|ExternalIo[.]|OkHttp|Retrofit|FeignClient|KafkaTemplate|KafkaSender|RabbitTemplate|JavaMailSender|RedisClient|ReactiveRedisTemplate|ManagedChannel'

case $# in
  0) diff=$(cat) ;;
  2) diff=$(git diff --no-color --no-ext-diff --unified=100000 "$1...$2" -- '*.java' '*.kt' '*.groovy' '*.scala') || exit 2 ;;
  *) echo "usage: review-gate.sh [BASE HEAD]" >&2; exit 2 ;;
esac

found=$(awk -v transaction="$transaction" -v client="$client" '
  # What a file holds after the change; imports and comments are no code.
  function look(text, added,   kind) {
    if (text ~ /^[ \t]*(import |\/\/|\*|\/\*)/) return
    for (kind = 1; kind <= 2; kind++) {
      if (text !~ (kind == 1 ? transaction : client)) continue
      holds[file, kind] = 1
      if (added) { brings[file, kind] = 1; total[kind] = 1 }
      lines[file] = lines[file] sprintf("%s %s:%d: %s\n", added ? "+" : " ", file, number, text)
    }
  }
  /^diff --git /   { inhunk = 0; next }
  !inhunk && /^\+\+\+ / {
    file = substr($0, 5); sub(/^b\//, "", file); sub(/\t.*$/, "", file)
    files[++count] = file
    next
  }
  /^@@ /           { split($3, at, ","); number = substr(at[1], 2) - 1; inhunk = 1; next }
  !inhunk          { next }
  /^\+/            { number++; look(substr($0, 2), 1); next }
  /^ /             { number++; look(substr($0, 2), 0); next }
  END {
    for (i = 1; i <= count; i++) {
      file = files[i]
      both = holds[file, 1] && holds[file, 2] && (brings[file, 1] || brings[file, 2])
      across = total[1] && total[2] && (brings[file, 1] || brings[file, 2])
      if (both || across) printf "%s", lines[file]
    }
  }' <<<"$diff")

if [[ -n $found ]]; then
  echo "label: $label"
  echo "$found"
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    echo "label=$label" >>"$GITHUB_OUTPUT"
  fi
fi
