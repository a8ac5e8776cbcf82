#!/bin/sh
# check_symbols.sh pure OBJECT...    pure code asks for nothing of the system
# check_symbols.sh banned OBJECT...  calls that are not used anywhere
# Looks at what the objects import, so macros and inlines cannot hide it.
set -eu
kind=$1; shift
banned='strcpy|strcat|strncpy|sprintf|strtok|atoi|atol|strtol|gets|scanf|sscanf|fscanf|localtime|gmtime|rand|srand|vsprintf|tmpnam|mktemp|alloca'
impure='open|openat|fopen|fread|fwrite|read|write|pread|pwrite|socket|connect|send|recv|time|clock_gettime|gettimeofday|nanosleep|usleep|sleep|getenv|setenv|random|rand|getrandom|RAND_.*|uv_.*|lws_.*|sqlite3_.*|pthread_.*|printf|fprintf|puts|perror|log_(error|warning|info|debug)|syslog'
case $kind in
pure) pattern=$impure ;;
banned) pattern=$banned ;;
*) echo "usage: $0 pure|banned OBJECT..." >&2; exit 2 ;;
esac
found=0
for object in "$@"; do
    hits=$(nm -u "$object" | awk '{print $NF}' | sed 's/@.*//; s/^__isoc99_//; s/^__//; s/_chk$//' |
        grep -xE "$pattern" | sort -u | tr '\n' ' ' || true)
    if [ -n "$hits" ]; then
        echo "$object: $kind check: $hits"
        found=1
    fi
done
echo "$kind symbols: $# objects"
exit $found
