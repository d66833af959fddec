#!/bin/bash
# make install: what it puts where, that it works from there, wherever it was told to go and whoever runs it; make uninstall.
set -u
top=$PGM_TEST_SOURCE
build=$(dirname "$PGM_TEST_BINARY")
case ${build##*/} in debug | asan | coverage) variant=${build##*/} ;; *) variant=release ;; esac
place=$PGM_TEST_FOLDER/installed
count=0
said=$PGM_TEST_FOLDER/said
ok()
{
    local name=$1
    shift
    count=$((count + 1))
    if "$@" >"$said" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        awk '{ print "# " $0 }' "$said"
    fi
}
not() { ! "$@"; }
# Nothing is built again: what is tested is what stands there.
make_it()
{
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$top" -s VARIANT="$variant" BUILD="$build" DESTDIR="$place" PREFIX=/usr \
        -o all -o "$build/pgmedic" -o "$build/manual" -o "$build/pgmedic.1" -o "$build/pgmedic.bash" "$@"
}
modes()
{
    local odd
    odd=$(find "$place" \( -type f ! -perm 644 ! -path '*/bin/*' \) -o \( -type d ! -perm 755 \) -o -type l)
    echo "$odd"
    [ -z "$odd" ]
}
pgmedic=$place/usr/bin/pgmedic
complete_words()
{
    PATH=$place/usr/bin:$PATH bash --norc -c '
        cd / && . "$1" && shift && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _pgmedic; printf "%s\n" "${COMPREPLY[@]}"' \
        _ "$place/usr/share/bash-completion/completions/pgmedic" "$@" 2>/dev/null
}
completes()
{
    local expected=$1
    shift
    complete_words "$@" | grep -qxF -e "$expected"
}

mkdir -m 755 "$place"
(umask 077 && make_it install) >"$said" 2>&1
ok 'make install' test $? = 0
ok 'files are 644 and folders 755, whatever the umask' modes
cd / || exit 1
ok 'the version, from /' "$pgmedic" --version
ok 'a guide from the installed library' sh -c "'$pgmedic' guide uuid-to-varchar | grep -q 'ALTER TABLE documents'"
ok 'the installed runbooks are sound' "$pgmedic" lint "$place/usr/share/pgmedic/runbooks/stamp-head.yaml" \
    "$place/usr/share/pgmedic/runbooks/uuid-to-varchar.yaml"
"$pgmedic" run -d "$PGM_TEST_CONNINFO" --unattended --backup none:test --commit verified uuid-to-varchar >"$said" 2>&1
ok 'a run, on a database that it is not for: a precondition says so, no file does' test $? = 1
ln -s "$pgmedic" "$PGM_TEST_FOLDER/tmp/link"
ok 'through a symbolic link' "$PGM_TEST_FOLDER/tmp/link" guide stamp-head
if [ "$(id -u)" = 0 ]; then
    chmod 755 "$PGM_TEST_FOLDER"
    ok 'as another user than the one who installed it' setpriv --reuid=nobody --regid=nogroup --clear-groups \
        env HOME=/nonexistent XDG_STATE_HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent "$pgmedic" guide uuid-to-varchar
else
    ok 'as another user than the one who installed it # SKIP only root can be another user' true
fi
"$pgmedic" demo --keep --json >"$PGM_TEST_FOLDER/demo.json" 2>"$said"
ok 'the demo' test $? = 0
demo=$(sed -n 's/.*"config" : "\(.*\)".*/\1/p' "$PGM_TEST_FOLDER/demo.json")
"$pgmedic" status --config "$demo" >"$said" 2>&1
ok "the demo's database, with its migrations and its baseline" test $? = 1
ok "… of which the status tells" sh -c "'$pgmedic' status --config '$demo' | grep -q '3 breaking'"
kill -INT "$(sed -n 's/.*"pid" : \([0-9]*\).*/\1/p' "$PGM_TEST_FOLDER/demo.json")"

page=$place/usr/share/man/man1/pgmedic.1
ok 'the man page has no fault' sh -c "! groff -man -ww -K utf8 -T utf8 '$page' 2>&1 >/dev/null | grep ."
ok 'the man page tells of commands, options and keys' sh -c "groff -man -K utf8 -T utf8 -P -cbou '$page' | tr -s '\n ' '  ' |
    grep -q 'rollback.*unattended.*THE CONSOLE.*diagnose.*EXIT STATUS'"
ok 'completion: commands' completes status pgmedic sta
ok 'completion: options of a command' completes --on-failure pgmedic run --on
ok 'completion: not those of another' not completes --on-failure pgmedic lint --on
ok 'completion: runbooks' completes uuid-to-varchar pgmedic run uuid
ok 'completion: values' completes rollback pgmedic run --on-failure r
mkdir -p "$XDG_STATE_HOME/pgmedic/runs/20260101T000000Z-x-0000" "$XDG_STATE_HOME/pgmedic/runs/\$(touch hostile)"
ok 'completion: runs' completes 20260101T000000Z-x-0000 pgmedic report 2026
ok 'completion: a name that is shell code is not offered' not completes "\$(touch hostile)" pgmedic report ''

ok 'make uninstall' make_it uninstall
ok 'nothing of it is left' sh -c "! find '$place' -type f | grep ."
echo "1..$count"
