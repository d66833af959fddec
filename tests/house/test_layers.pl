#!/usr/bin/env perl
# The layers hold: base, pg, sql, catalog, drift, runbook, run, then tui and cli beside each other. A layer includes only
# its own headers and the public ones of the layers before it, and each library has one layer that may include it.
# src/cli/main.c alone knows both front ends: it is where the program is put together. src/manual is no part of the
# program: it writes the documentation, and for that it reads the tables of both.
use strict;
use warnings;
use File::Find ();
use Test::More;

my $top = $ENV{PGM_TEST_SOURCE} // '.';
my @order = qw(base pg sql catalog drift runbook run tui cli manual);
my %rank = map { $order[$_] => $_ } 0 .. $#order;
$rank{cli} = $rank{tui};

# A public header belongs to the layer whose folder has a source of its name; those without one are named here.
my %without_source = (operator => 'run', event => 'run');

my %doors = (
    'libpq-fe.h' => 'pg', 'libpq-events.h' => 'pg', 'pg_query.h' => 'pg', 'ncurses.h' => 'tui', 'curses.h' => 'tui',
    'panel.h' => 'tui', 'term.h' => 'tui', 'yaml.h' => 'base',
);

sub files_below
{
    my ($folder) = @_;
    my @found;
    File::Find::find({no_chdir => 1, wanted => sub { push @found, s{^\Q$top\E/}{}r if /\.[ch]$/ }}, "$top/$folder");
    return sort @found;
}

sub includes
{
    my ($path) = @_;
    open my $file, '<', "$top/$path" or die "$path: $!";
    my @found;
    while (my $line = <$file>)
    {
        push @found, [$., $1, $2] if $line =~ /^\s*#\s*include\s*([<"])([^>"]+)[>"]/;
    }
    return @found;
}

my @sources = files_below('src');
my @headers = files_below('include/pgmedic');
my (%layer_of, @faults);

for my $header (@headers)
{
    my ($name) = $header =~ m{([^/]+)\.h$};
    my @implementing = sort { $rank{$a} <=> $rank{$b} } grep { -e "$top/src/$_/$name.c" } @order;
    $layer_of{"pgmedic/$name.h"} = $implementing[0] // $without_source{$name};
}

# What PATH, a file of LAYER, may not include.
sub check
{
    my ($path, $layer) = @_;
    for my $include (includes($path))
    {
        my ($line, $quote, $name) = @$include;
        (my $base = $name) =~ s{.*/}{};
        my $door = $doors{$base};
        my $target = $layer_of{$name};
        if ($name =~ m{^pgmedic/} && !-e "$top/include/$name")
        {
            push @faults, "$path:$line: there is no $name";
        }
        elsif (defined $target && $rank{$target} > $rank{$layer})
        {
            push @faults, "$path:$line: $layer may not use $name, which belongs to $target";
        }
        elsif (defined $target && $rank{$target} == $rank{$layer} && $target ne $layer && $path ne 'src/cli/main.c')
        {
            push @faults, "$path:$line: $layer and $target do not use each other ($name)";
        }
        elsif ($quote eq '"' && $name =~ m{^([a-z]+)/} && exists $rank{$1} && $1 ne $layer && $layer ne 'manual')
        {
            push @faults, "$path:$line: $name is private to $1";
        }
        elsif ($name =~ m{\.\./})
        {
            push @faults, "$path:$line: $name is not named from a top folder";
        }
        elsif ($quote eq '<' && defined $door && $door ne $layer)
        {
            push @faults, "$path:$line: only src/$door includes <$name>";
        }
    }
}

for my $path (@sources)
{
    my ($layer) = $path =~ m{^src/([^/]+)/};
    if (!defined $layer || !exists $rank{$layer})
    {
        push @faults, "$path: in no layer";
        next;
    }
    check($path, $layer);
}
is(join("\n", @faults), "", 'every source keeps to its layer');

@faults = ();
for my $header (@headers)
{
    my $name = $header =~ s{^include/}{}r;
    # A header whose source is still to come is judged once it is there.
    check($header, $layer_of{$name}) if defined $layer_of{$name};
    push @faults, map { "$header:$_->[0]: a public header shows <$_->[2]>" }
        grep { $_->[1] eq '<' && ($doors{$_->[2] =~ s{.*/}{}r} || $_->[2] =~ m{^readline/}) } includes($header);
}
is(join("\n", @faults), "", 'every public header keeps to its layer, and shows no library that has a door');

my %readline;
for my $path (@sources)
{
    push @{$readline{($path =~ m{^src/([^/]+)/})[0] // ''}}, $path if grep { $_->[2] =~ m{^readline/} } includes($path);
}
is_deeply([grep { !/^(?:tui|cli)$/ || @{$readline{$_}} > 1 } sort keys %readline], [],
          'readline lives in one file of each front end') or diag(map { "$_\n" } map { @$_ } values %readline);
done_testing();
