#!/usr/bin/env perl
# What holds for every file: a size that can be read, a name that says something, and for a query a first comment.
use strict;
use warnings;
use File::Find ();
use Test::More;

my $top = $ENV{PGM_TEST_SOURCE} // '.';
my $most_lines = 700;

sub files_below
{
    my ($pattern, @folders) = @_;
    my @found;
    File::Find::find({no_chdir => 1, wanted => sub { push @found, s{^\Q$top\E/}{}r if -f && $_ =~ $pattern }},
                     grep { -d } map { "$top/$_" } @folders);
    return sort @found;
}

sub lines_of
{
    my ($path) = @_;
    open my $file, '<', "$top/$path" or die "$path: $!";
    return <$file>;
}

my @code = files_below(qr/\.[ch]$/, 'src', 'include', 'tests');
cmp_ok(scalar @code, '>', 20, 'the sources are found');
is_deeply([grep { scalar(() = lines_of($_)) > $most_lines } @code], [], "no source is longer than $most_lines lines");
is_deeply([grep { m{(?:^|[/_-])(?:util|utils|helper|helpers|manager|misc|common)(?:[_.-]|$)}i } @code], [],
          'every file has a subject');
is_deeply([grep { (lines_of($_))[0] !~ m{^/\*} } @code], [], 'every source begins by saying what it is');
is_deeply([grep { (lines_of($_))[0] !~ /^-- \S/ } files_below(qr/\.sql$/, 'src/sql', 'hotfixes')], [],
          'every query and script begins with a comment');
is_deeply([grep { grep { /[^\x00-\x7f]/ } lines_of($_) } files_below(qr/\.sql$/, 'src/sql')], [],
          'every query is plain ASCII: a database of another encoding refuses the rest, in comments too');
is_deeply([grep { my $path = $_; grep { /\b(?:TODO|FIXME|XXX|HACK)\b/ } lines_of($path) } @code], [],
          'nothing is left to do in the code');
done_testing();
