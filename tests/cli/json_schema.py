# What test_json_schema.sh runs: each command on the incident (and on a database with every kind of object), its exit
# code, and its document against its schema. A schema that lets anything pass proves nothing: all are strict, and that
# is tested too.
import json
import os
import re
import signal
import subprocess
import tempfile

import jsonschema
import yaml

source = os.environ["PGM_TEST_SOURCE"]
binary = os.environ["PGM_TEST_BINARY"]
conninfo = os.environ["PGM_TEST_CONNINFO"]
schemas = os.path.join(source, "docs", "schema")
folder = tempfile.mkdtemp()
count = 0
used = set()


def ok(holds, name, why=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {name}", flush=True)
    if not holds:
        print("".join(f"# {line}\n" for line in str(why).splitlines()), end="", flush=True)


def schema(name):
    with open(os.path.join(schemas, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


# What an object may hold is told everywhere: by name, or as a map of names to one kind of value.
def loose(part, path="#"):
    if isinstance(part, list):
        return [found for i, item in enumerate(part) for found in loose(item, f"{path}/{i}")]
    if not isinstance(part, dict):
        return []
    own = [path] if part.get("type") == "object" and "additionalProperties" not in part else []
    if "properties" in part and part.get("additionalProperties") is not False:
        own.append(path)
    return own + [found for key, item in part.items() for found in loose(item, f"{path}/{key}")]


def check(name, document, what):
    used.add(name)
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
              for e in jsonschema.Draft202012Validator(schema(name)).iter_errors(document)]
    ok(not faults, what, "\n".join(faults))


def psql(database, *args):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", re.sub(r"dbname=\S+", f"dbname={database}", conninfo),
                    *args], check=True, stdout=subprocess.DEVNULL)


def pgmedic(*args):
    return subprocess.run([binary, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=folder, check=False)


def document(name, expected, *args):
    what = f"{' '.join(args)[:90]}"
    said = pgmedic(*args, "--json")
    ok(said.returncode == expected, f"{what}: exit code {expected}", f"{said.returncode}\n{said.stdout}{said.stderr}")
    try:
        parsed = json.loads(said.stdout)
    except ValueError as error:
        ok(False, f"{what}: one JSON document", f"{error}\n{said.stdout}{said.stderr}")
        return {}
    check(name, parsed, f"{what}: as docs/schema/{name}.json says")
    return parsed


def configuration(text):
    path = os.path.join(folder, "pgmedic.yaml")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("format: 1\ndefault_target: here\ntargets:\n  here:\n"
                   f"    conninfo: {re.sub(r'dbname=[^ ]+', 'dbname=' + incident, conninfo)}\n" + text)


def test_strict():
    for name in sorted(os.listdir(schemas)):
        text = schema(name.removesuffix(".json"))
        jsonschema.Draft202012Validator.check_schema(text)
        ok(not loose(text), f"{name} is strict", "\n".join(loose(text)))
    written = subprocess.run([os.path.join(os.path.dirname(binary), "manual"), "baseline"], capture_output=True, text=True,
                             check=True).stdout
    ok(json.loads(written) == schema("baseline"), "baseline.json is as the table of kinds has it", "run: make schema")


def test_schema_commands():
    for database in (incident, every):
        at = ["-d", re.sub(r"dbname=\S+", f"dbname={database}", conninfo)]
        baseline = yaml.load(pgmedic("snapshot", *at).stdout, Loader=yaml.BaseLoader)
        baseline["format"] = int(baseline["format"])
        check("baseline", baseline, f"the baseline of {database}")
        document("snapshot", 0, "snapshot", *at)
        document("inspect", 0, "inspect", *at)
    with open(f"{source}/tests/incident/staging.yaml", encoding="utf-8") as file:
        staging = yaml.load(file, Loader=yaml.BaseLoader)
        staging["format"] = int(staging["format"])
        check("baseline", staging, "the incident's own baseline")
    table = document("inspect", 0, "inspect", "documents")["described"]
    ok(table["size"]["total"] > 0 and table["sql"].startswith("CREATE TABLE public.documents"), "inspect tells size and SQL")
    ok({d["name"] for d in table["dependents"]} >= {"document_questions_document_id_fkey"}, "and who references it",
       table["dependents"])
    for name in ("plain", "plain_view", "plain.id", "serial_one_id_seq", "touch()", "plain_lower", "schema audit", "changes"):
        at = ["-d", re.sub(r"dbname=\S+", f"dbname={every}", conninfo)]
        document("inspect", 0, "inspect", *at, name)
    document("drift", 1, "drift", "--against", f"{source}/tests/incident/staging.yaml")
    document("drift", 0, "drift", "--against", re.sub(r"dbname=\S+", f"dbname={incident}", conninfo))


def test_status():
    whole = document("status", 1, "status")
    ok(whole["drift"]["breaking"] == 3 and whole["migration"]["books"][0]["pending"], "status tells of the incident")
    configuration("    repository: {kind: alembic, path: nowhere}\n    baseline: nothing.yaml\n")
    parts = document("status", 1, "status")
    ok(parts["drift"]["expected"] is None and parts["drift"]["error"], "status tells what could not be read")


def test_words():
    for log in ("1-type-mismatch", "2-missing-table", "3-aborted-transaction"):
        document("diagnose", 0, "diagnose", f"{source}/tests/incident/error-{log}.log")
    nothing = document("diagnose", 1, "diagnose", f"{source}/LICENSE")
    ok(nothing["error"] is None, "a log without an error has none")
    document("error", 3, "status", "-h", "/nonexistent")
    document("error", 2, "drift", "--against", "nothing.yaml")
    broken = os.path.join(folder, "broken.sql")
    with open(broken, "w", encoding="utf-8") as file:
        file.write("SELEC 1;\n")
    document("lint", 1, "lint", broken, f"{source}/runbooks/uuid-to-varchar.yaml")
    document("lint", 0, "lint", f"{source}/runbooks/stamp-head.yaml")
    document("guide", 0, "guide", "uuid-to-varchar")


def test_walk():
    unattended = ("--unattended", "--backup", "none:a test", "--commit", "verified")
    document("run", 1, "run", *unattended, "stamp-head", "--set", "from=nowhere", "--set", "to=elsewhere")
    document("run", 4, "run", *unattended, "uuid-to-varchar", "--until", "convert")
    run = document("resume", 0, "resume", "--unattended", "--commit", "verified")["run"]
    document("report", 0, "report", run)
    document("rollback", 0, "rollback", "--unattended", "--commit", "verified", run)
    spoilt = os.path.join(os.environ["XDG_STATE_HOME"], "pgmedic/runs/20260101T000000Z-spoilt-0000")
    os.mkdir(spoilt, 0o700)
    with open(os.path.join(spoilt, "journal.jsonl"), "w", encoding="utf-8") as file:
        file.write("nonsense\n")
    runs = document("runs", 0, "runs")["runs"]
    ok({r["state"] for r in runs} >= {"unreadable", "rolled-back"}, "runs tells the states", runs)


def test_demo():
    demo = document("demo", 0, "demo", "--keep", "--quiet")
    os.kill(demo["pid"], signal.SIGINT)


incident, every = f"schema_incident_{os.getpid()}", f"schema_every_{os.getpid()}"
psql("postgres", "-c", f"CREATE DATABASE {incident}", "-c", f"CREATE DATABASE {every}")
try:
    psql(incident, "-f", f"{source}/tests/incident/schema.sql", "-c", "SET pgmedic.documents = 20",
         "-c", "SET pgmedic.questions = 40", "-f", f"{source}/tests/incident/data.sql")
    psql(every, "-f", f"{source}/tests/catalog/features.sql")
    configuration(f"    environment: production\n    repository: {{kind: alembic, path: {source}/tests/incident/alembic}}\n"
                  f"    baseline: {source}/tests/incident/staging.yaml\n")
    for test in (test_strict, test_schema_commands, test_words, test_walk, test_status, test_demo):
        test()
    ok({name + ".json" for name in used} == set(os.listdir(schemas)), "every schema has a document", used)
finally:
    psql("postgres", "-c", f"DROP DATABASE {incident} WITH (FORCE)", "-c", f"DROP DATABASE {every} WITH (FORCE)")
print(f"1..{count}")
