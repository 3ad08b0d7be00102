# Outlives the JVMs that use a cluster, to stop it when the last of them is gone, however it went.
# Standard input is the cluster's lease, a named pipe: each user holds its write end open, so the kernel counts
# them, and the end of the input means that nobody is left. The argument is the cluster's directory.
trap '' INT HUP TERM
root=$1

while read -r _; do :; done
rm -f "$root/lease"              # nobody can join from here on
while read -r _; do :; done      # whoever joined just before it vanished still counts

pids=''
for file in "$root"/*/data/postmaster.pid "$root"/redis/redis.pid; do
    [ -f "$file" ] || continue
    pid=$(head -n 1 "$file")
    pids="$pids $pid"
    kill -CONT "$pid" 2>/dev/null
    kill -QUIT "$pid" 2>/dev/null
done

tries=0
for pid in $pids; do
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null
done
rm -rf "$root"
