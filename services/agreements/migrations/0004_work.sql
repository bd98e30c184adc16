-- What regions add, and what is done and learnt under an agreement. A number counts within one.

CREATE TABLE annexes (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    region text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'agreed', 'declined', 'replaced')),
    instruments jsonb NOT NULL,
    projects jsonb NOT NULL,
    notes text,
    proposed_at timestamptz NOT NULL,
    proposed_by text NOT NULL,
    settled_at timestamptz,
    settled_by text,
    reason text,
    PRIMARY KEY (agreement_id, number)
);

CREATE TABLE arrangements (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    region text NOT NULL,
    title text NOT NULL,
    description text,
    since date,
    replaced_from date,
    recorded_at timestamptz NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (agreement_id, number)
);

CREATE TABLE projects (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    region text,
    kind text NOT NULL,
    title text NOT NULL,
    target_groups jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('idea', 'started', 'result', 'completed')),
    intake jsonb NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, number)
);

-- The year is null where nobody knows it.
CREATE TABLE project_results (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id text NOT NULL,
    project integer NOT NULL,
    year integer,
    quarter integer NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    started integer NOT NULL,
    note text,
    reported_at timestamptz NOT NULL,
    role text NOT NULL,
    FOREIGN KEY (agreement_id, project) REFERENCES projects (agreement_id, number)
);
CREATE INDEX project_results_by_project ON project_results (agreement_id, project, id);

CREATE TABLE bottlenecks (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    region text,
    text text NOT NULL,
    role text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, number)
);

CREATE TABLE solutions (
    agreement_id text NOT NULL,
    bottleneck integer NOT NULL,
    number integer NOT NULL,
    region text,
    text text NOT NULL,
    role text NOT NULL,
    offered_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, bottleneck, number),
    FOREIGN KEY (agreement_id, bottleneck) REFERENCES bottlenecks (agreement_id, number)
);

-- Figures are frozen once and never change after that.
CREATE TABLE evaluations (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    due_on date NOT NULL,
    note text,
    planned_at timestamptz NOT NULL,
    held_at timestamptz,
    figures jsonb,
    PRIMARY KEY (agreement_id, number),
    CHECK ((held_at IS NULL) = (figures IS NULL))
);

GRANT SELECT, INSERT, UPDATE ON annexes, projects, evaluations TO schakel_agreements;
GRANT SELECT, INSERT ON arrangements, project_results, bottlenecks, solutions
    TO schakel_agreements;
