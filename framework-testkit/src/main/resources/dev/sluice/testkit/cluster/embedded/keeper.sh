# Outlives the JVMs that use a cluster, to stop it when the last of them is gone, however it went.
# Standard input is the cluster's lease, a named pipe: each user holds its write end open, so the kernel counts
# them, and the end of the input means that nobody is left. The argument is the cluster's directory.
trap '' INT HUP TERM
root=$1

while read -r _; do :; done
rm -f "$root/lease"              # nobody can join from here on
while read -r _; do :; done      # whoever joined just before it vanished still counts

# A pid file may be stale and its number taken by a stranger: servers work in their own directory.
is_ours() {
    if [ -e "/proc/$1/cwd" ]; then
        [ "$(readlink "/proc/$1/cwd")" = "$2" ]
    else
        ps -o command= -p "$1" 2>/dev/null | grep -q -e postgres -e redis
    fi
}

# What has ended counts as gone even before init has taken note.
runs() {
    kill -0 "$1" 2>/dev/null && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

pids=''
for file in "$root"/*/data/postmaster.pid "$root"/*/redis.pid; do
    [ -f "$file" ] || continue
    pid=$(head -n 1 "$file")
    is_ours "$pid" "${file%/*}" || continue
    pids="$pids $pid"
    case $file in
        */redis.pid) kill -TERM "$pid" ;;
        *) kill -QUIT "$pid" ;;
    esac
    kill -CONT "$pid"
done
for frozen in "$root"/*/frozen; do
    [ -f "$frozen" ] && xargs kill -CONT <"$frozen"
done

tries=0
for pid in $pids; do
    while runs "$pid" && [ "$tries" -lt 200 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
done
# What was being started when its JVM ended may write for a moment yet.
tries=0
until rm -rf "$root" 2>/dev/null || [ "$tries" -ge 10 ]; do
    tries=$((tries + 1))
    sleep 1
done
