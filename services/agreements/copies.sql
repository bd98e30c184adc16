-- find_employer: the name of an employer of which word has arrived.
SELECT name FROM employers WHERE id = %(id)s

-- put_employers: own copies of employers; gives the hash of what is stored.
INSERT INTO employers (id, name, content, sequence)
SELECT e.id, e.name, convert_to(e.content, 'UTF8'), e.sequence
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS e (id text, name text, content text, sequence bigint)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, content = excluded.content, sequence = excluded.sequence
RETURNING id, hash

-- put_contacts: own copies of the regions' contacts; gives the hash of what is stored.
INSERT INTO contacts
    (region, employer_id, kind, role, telephone, mailbox, content, sequence)
SELECT
    c.region, c.employer_id, c.kind, c.role, c.telephone, c.mailbox,
    convert_to(c.content, 'UTF8'), c.sequence
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c (
    region text, employer_id text, kind text, role text, telephone text, mailbox text,
    content text, sequence bigint
)
ON CONFLICT (employer_id, region) DO UPDATE
SET
    kind = excluded.kind,
    role = excluded.role,
    telephone = excluded.telephone,
    mailbox = excluded.mailbox,
    content = excluded.content,
    sequence = excluded.sequence
RETURNING region, employer_id, hash

-- add_decisions: decisions as the regions sent them; gives the hash of what is stored.
INSERT INTO decisions (agreement_id, region, sequence, content, arrived_at)
SELECT d.agreement_id, d.region, d.sequence, convert_to(d.content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS d (
    agreement_id text, region text, sequence bigint, content text
)
RETURNING agreement_id, region, hash

-- put_instruments: own copies of what regions have on offer; gives the hash of what is stored.
INSERT INTO instruments (region, offered, content, sequence)
SELECT i.region, i.offered, convert_to(i.content, 'UTF8'), i.sequence
FROM jsonb_to_recordset(%(rows)s::jsonb) AS i (
    region text, offered jsonb, content text, sequence bigint
)
ON CONFLICT (region) DO UPDATE
SET offered = excluded.offered, content = excluded.content, sequence = excluded.sequence
RETURNING region, hash

-- put_tallies: own copies of how many places got how far; gives the hash of what is stored.
INSERT INTO tallies (agreement_id, region, counts, content, sequence)
SELECT t.agreement_id, t.region, t.counts, convert_to(t.content, 'UTF8'), t.sequence
FROM jsonb_to_recordset(%(rows)s::jsonb) AS t (
    agreement_id text, region text, counts jsonb, content text, sequence bigint
)
ON CONFLICT (agreement_id, region) DO UPDATE
SET counts = excluded.counts, content = excluded.content, sequence = excluded.sequence
RETURNING agreement_id, region, hash
