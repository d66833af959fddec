-- Every kind of definition that the server opens a relation for: held, view, function … and what refers to it from elsewhere.
CREATE TABLE held (
    id int PRIMARY KEY,
    label text NOT NULL DEFAULT 'none',
    amount numeric DEFAULT round(1.5),
    doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,
    CONSTRAINT held_amount_check CHECK (amount > 0),
    CONSTRAINT held_label_excl EXCLUDE USING btree (label WITH =));
CREATE INDEX held_lower ON held (lower(label)) WHERE amount > 1;
CREATE STATISTICS held_statistics ON label, amount FROM held;
CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER held_when BEFORE UPDATE ON held FOR EACH ROW WHEN (OLD.label <> NEW.label) EXECUTE FUNCTION act();
CREATE TRIGGER held_plain BEFORE INSERT ON held FOR EACH ROW EXECUTE FUNCTION act();
CREATE RULE held_rule AS ON DELETE TO held WHERE OLD.id < 0 DO INSTEAD NOTHING;
CREATE POLICY held_policy ON held USING (amount < 1000) WITH CHECK (label <> '');
CREATE TABLE other (id int PRIMARY KEY, held_id int REFERENCES held, what held, CONSTRAINT other_id_check CHECK (id > 0));
ALTER TABLE other ALTER what SET DEFAULT ROW(1, 'a', 1, 2)::held;
CREATE INDEX other_what ON other (((what).label));
CREATE RULE other_rule AS ON DELETE TO other DO ALSO DELETE FROM held WHERE id = OLD.held_id;
CREATE POLICY other_policy ON other USING (EXISTS (SELECT FROM held WHERE held.id = other.held_id));
CREATE VIEW held_view AS SELECT id, label FROM held;
CREATE VIEW view_of_view AS SELECT id FROM held_view;
CREATE MATERIALIZED VIEW held_matview AS SELECT count(*) AS n FROM held;
CREATE UNIQUE INDEX held_matview_n ON held_matview (n);
CREATE VIEW other_view AS SELECT id FROM other;
CREATE FUNCTION all_held() RETURNS SETOF held LANGUAGE sql AS 'SELECT * FROM held';
CREATE VIEW function_view AS SELECT f.label FROM all_held() f;
CREATE TABLE parts (at date NOT NULL, n int) PARTITION BY RANGE ((at + 1));
CREATE TABLE part PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
