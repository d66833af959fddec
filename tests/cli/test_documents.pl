#!/usr/bin/env perl
# What --json writes is what docs/json/ says it is: each command's document against its schema, on a real server.
use strict;
use warnings;
use File::Temp ();
use JSON::PP ();
use Test::More;

my $top = $ENV{PGM_TEST_SOURCE} // '.';
my $program = $ENV{PGM_TEST_BINARY} // "$top/build/pgmedic";
my $server = $ENV{PGM_TEST_CONNINFO};
plan skip_all => 'there is no server' if !defined $server;

my $folder = File::Temp::tempdir('documents-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $database = "documents_$$";
my $conninfo = $server =~ s/dbname=\S+/dbname=$database/r;
make_database();
write_file("$folder/pgmedic.yaml", <<"YAML");
format: 1
default_target: here
targets:
  here:
    conninfo: "$conninfo"
    repository: {kind: alembic, path: $top/tests/incident/alembic}
    baseline: $top/tests/incident/staging.yaml
YAML
write_file("$folder/broken.sql", "SELEC 1;\n");

my @config = ('--config', "$folder/pgmedic.yaml");
check('status', 1, 'status', @config);
check('inspect', 0, 'inspect', @config);
check('inspect', 0, 'inspect', @config, 'documents');
check('snapshot', 0, 'snapshot', @config);
check('drift', 1, 'drift', @config, '--against', "$top/tests/incident/staging.yaml");
check('diagnose', 0, 'diagnose', @config, "$top/tests/incident/error-1-type-mismatch.log");
check('diagnose', 0, 'diagnose', @config, "$top/tests/incident/error-2-missing-table.log");
check('lint', 1, 'lint', "$folder/broken.sql", "$top/runbooks/stamp-head.yaml");
check('guide', 0, 'guide', 'uuid-to-varchar');
check('runs', 0, 'runs');
check('run', 4, 'run', '--unattended', '--backup', 'none:a test', '--commit', 'verified', '--until', 'convert', @config,
      'uuid-to-varchar');
check('run', 0, 'resume', '--unattended', '--commit', 'verified', @config);
check('runs', 0, 'runs');
check('report', 0, 'report');
psql($server, "DROP DATABASE $database");
ok(!complaints({type => 'object', properties => {a => {type => 'integer'}}}, {a => 1}, 'x'), 'the judge lets pass');
is(scalar complaints({type => 'object', required => ['a', 'b'], additionalProperties => JSON::PP::false,
                      properties => {a => {type => 'integer'}, d => {enum => ['x']}}},
                     {a => 'text', c => 1, d => 'y'}, 'x'), 4, 'the judge finds fault');
done_testing();

# The document of one command: its exit code, one document and nothing else, and its form.
sub check
{
    my ($schema, $exit, @words) = @_;
    open my $out, '-|', $program, '--json', '--quiet', @words or die "$program: $!";
    my $text = do { local $/; <$out> } // '';
    close $out;
    is($? >> 8, $exit, "$words[0]: exit code");
    my $document = eval { JSON::PP->new->decode($text) };
    my @faults = defined $document ? complaints(schema($schema), $document, $schema) : ("no JSON: $@");
    is_deeply(\@faults, [], "$words[0] is as docs/json/$schema.schema.json says");
}

sub schema
{
    my ($name) = @_;
    open my $file, '<', "$top/docs/json/$name.schema.json" or die "$name: $!";
    local $/;
    return JSON::PP->new->utf8->decode(<$file>);
}

sub type_of
{
    my ($value) = @_;
    return 'null' if !defined $value;
    return 'boolean' if JSON::PP::is_bool($value);
    return {HASH => 'object', ARRAY => 'array'}->{ref $value} if ref $value;
    return JSON::PP->new->allow_nonref->encode($value) =~ /^-?\d+$/ ? 'integer' : 'string';
}

# The part of JSON Schema that these schemas use.
sub complaints
{
    my ($schema, $value, $at) = @_;
    my $type = type_of($value);
    my @faults;
    if (my $wanted = $schema->{type})
    {
        my @types = ref $wanted ? @$wanted : ($wanted);
        return "$at: is $type, not @types" if !grep { $_ eq $type } @types;
    }
    push @faults, "$at: is not $schema->{const}" if exists $schema->{const} && $value ne $schema->{const};
    push @faults, "$at: is none of the words" if $schema->{enum} && !grep { $_ eq ($value // '') } @{$schema->{enum}};
    if ($type eq 'array')
    {
        push @faults, map { complaints($schema->{items}, $value->[$_], "$at\[$_]") } 0 .. $#$value;
    }
    elsif ($type eq 'object')
    {
        push @faults, map { "$at: lacks $_" } grep { !exists $value->{$_} } @{$schema->{required} // []};
        for my $key (sort keys %$value)
        {
            my $known = $schema->{properties}{$key} // $schema->{additionalProperties} // {};
            push @faults, ref $known eq 'HASH' ? complaints($known, $value->{$key}, "$at.$key") : "$at: has $key";
        }
    }
    return @faults;
}

sub make_database
{
    psql($server, "CREATE DATABASE $database");
    psql($conninfo, "SET pgmedic.documents = '20'", "SET pgmedic.questions = '20'",
         map { "\\i $top/tests/incident/$_.sql" } qw(schema data));
}

sub psql
{
    my ($where, @commands) = @_;
    open my $in, '|-', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $where or die "psql: $!";
    print $in map { /^\\/ ? "$_\n" : "$_;\n" } @commands;
    close $in or die "psql failed\n";
}

sub write_file
{
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!";
    print $file $text;
    close $file or die "$path: $!";
    chmod 0600, $path;
}
