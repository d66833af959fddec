#!/usr/bin/env perl
# tests/suite itself: it must count rightly, and believe no test that hangs, dies, or says less than it planned. It runs
# here on a source tree made for it.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Test::More;

my $source = $ENV{PGM_TEST_SOURCE} or BAIL_OUT('PGM_TEST_SOURCE is not set: run me by tests/suite');
my $tree = tempdir(CLEANUP => 1);
mkdir "$tree/$_" for qw(tests build build/tests);
copy("$source/tests/suite", "$tree/tests/suite") or die "$tree: $!";
chmod 0755, "$tree/tests/suite";

sub write_test
{
    my ($path, $text) = @_;
    open my $file, '>', "$tree/$path" or die "$path: $!";
    print $file "#!/bin/sh\n$text";
    close $file or die "$path: $!";
    chmod 0755, "$tree/$path";
}

sub run_suite
{
    local $ENV{PGM_TEST_TIMEOUT} = 2;
    my $output = `'$tree/tests/suite' '$tree/build' @_ 2>&1`;
    my ($count, $list) = $output =~ /^(\d+ passed, [^\n]*)\n(.*)\z/ms;
    return ($? >> 8, $count // '', $output, $list // '');
}

write_test('tests/test_good.sh', "echo 1..2; echo ok 1; echo 'ok 2 - x # SKIP not today'\n");
write_test('tests/test_bad.sh', "echo 1..2; echo 'not ok 1 - sum'; echo ok 2; echo 'why it failed' >&2\n");
write_test('tests/test_asserts.sh', "echo 1..1; echo 'Bail out! ERROR:a.c:7:sum: 1 == 2'; kill -ABRT \$\$\n");
write_test('tests/test_leaks.sh', "echo 1..1; echo ok 1; echo '==7==ERROR: LeakSanitizer: detected' >&2; exit 99\n");
write_test('tests/test_short.sh', "echo 1..3; echo ok 1\n");
write_test('tests/test_dies.sh', "echo 1..1; echo ok 1; kill -SEGV \$\$\n");
write_test('tests/test_hangs.sh', "echo 1..1; trap '' TERM; while :; do sleep 1; done\n");
write_test('tests/test_silent.sh', "exit 0\n");
write_test('tests/test_strays.sh', "echo 1..1; echo ok 1; setsid sleep 300 >/dev/null 2>&1 &\n");
write_test('tests/test_server.sh', <<'SH');
echo 1..3
[ "$(psql -X -At -d "$PGM_TEST_CONNINFO" -c 'SELECT current_user')" = postgres ] && echo ok 1 || echo not ok 1
env | grep -q '^PG[^M]' && echo not ok 2 || echo ok 2
[ -d "$HOME" ] && [ -z "$(ls "$HOME")" ] && [ "$HOME" != "$OUTER_HOME" ] && echo ok 3 || echo not ok 3
psql -X -At -d "$PGM_TEST_CONNINFO" -c 'SHOW data_directory' >"$NOTES"
cat "$(cat "$NOTES")/postmaster.pid" >>"$NOTES"
SH
write_test('build/tests/test_built', "echo 1..1; [ \"\$1\" = --tap ] && echo ok 1 || echo not ok 1\n");
write_test('build/tests/test_stale', "echo 1..1; echo not ok 1 - its source is gone\n");
open my $c, '>', "$tree/tests/test_built.c" or die $!;
close $c;

$ENV{PGPORT} = 1;
$ENV{OUTER_HOME} = $ENV{HOME};
$ENV{NOTES} = "$tree/notes";
is_deeply([(run_suite('test_good', 'test_server', 'test_built', 'test_stale'))[0, 1]], [0, '5 passed, 0 failed, 1 skipped'],
          'what passes is counted, a server is there, the environment is clean, stale programs are left alone');
open my $notes, '<', "$tree/notes" or die $!;
chomp(my ($data, $pid) = <$notes>);
ok(length $data && !-e $data && $pid =~ /^\d+$/ && !kill(0, $pid), 'the server is gone afterwards, and its folder');

my ($code, $count, $output) = run_suite('test_bad', 'test_short', 'test_dies', 'test_silent', 'test_hangs', 'test_strays');
is_deeply([$code, $count], [1, '4 passed, 7 failed'], 'what fails is counted');
sub line { my ($name) = @_; return ($output =~ m{^(FAILED +tests/test_$name.*?) +[\d.]+ s$}m)[0] =~ s/ +/ /gr }
is(line('bad.sh'), 'FAILED tests/test_bad.sh 1, 1 failed', 'a failed case');
like($output, qr/why it failed/, '... is shown with what it wrote');
is(line('short.sh'), 'FAILED tests/test_short.sh 1, 2 failed', 'what was planned and did not run has failed');
is(line('dies.sh'), 'FAILED tests/test_dies.sh 1, 1 failed', 'a program that dies has failed');
is(line('silent.sh'), 'FAILED tests/test_silent.sh 0, 1 failed', 'no plan, no pass');
is(line('hangs.sh'), 'FAILED tests/test_hangs.sh 0, 1 failed', 'a hung test is ended and has failed');
like($output, qr/took longer than 2 s/, '... and says so');
is(line('strays.sh'), 'FAILED tests/test_strays.sh 1, 1 failed', 'a process left behind is a failure');
like($output, qr/left a process behind: sleep 300/, '... and is named');
$ENV{PGM_TEST_FAILURES} = "$tree/failures";
is((run_suite('test_asserts', 'test_bad', 'test_good', 'test_leaks'))[3], <<'END', 'after the count, what failed and what it said first');
failed:
  tests/test_asserts.sh: a.c:7:sum: 1 == 2
    died of signal 6
    1 of 1 did not run
  tests/test_bad.sh: not ok 1 - sum
  tests/test_leaks.sh: ERROR: LeakSanitizer: detected
    exit code 99
END
open my $record, '<', "$tree/failures" or die $!;
my $record_text = join '', <$record>;
like($record_text, qr/\AFAILED +tests.*why it failed\n.*^failed:\n.*exit code 99\n\z/ms, '... is added to a record with its output');
unlike($record_text, qr/test_good/, '... which what passed is not in');
delete $ENV{PGM_TEST_FAILURES};
is((run_suite('test_good'))[3], '', 'nothing follows the count when all passed');
is_deeply([(run_suite('test_nothing'))[0, 1]], [1, '0 passed, 0 failed'], 'to run nothing is no success');
done_testing();
