-- What stands beside an agreement is seen with it; what is only being prepared is no region's yet.
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- Asked by the policy of agreements, so it looks at the parts and not back at the agreement.
ALTER TABLE consultations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON consultations USING ((SELECT all_regions()));
CREATE POLICY of_the_agreement ON consultations FOR SELECT
USING (
    EXISTS (
        SELECT FROM participations AS p
        WHERE p.agreement_id = consultations.agreement_id AND (
            p.region = ANY ((SELECT own_regions())::text[])
            OR p.employer_id = ANY ((SELECT own_employers())::text[])
        )
    )
);

-- A region that was invited to a draft hears of it by a consultation or by its publication.
ALTER POLICY own ON agreements
USING (
    (SELECT all_employers())
    OR employer_id = ANY ((SELECT own_employers())::text[])
    OR (
        EXISTS (
            SELECT FROM participations AS p
            WHERE p.agreement_id = agreements.id AND p.region = ANY ((SELECT own_regions())::text[])
        )
        AND (
            sequence IS NOT NULL
            OR EXISTS (SELECT FROM consultations AS c WHERE c.agreement_id = agreements.id)
        )
    )
);

ALTER TABLE agreement_versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON agreement_versions USING ((SELECT all_regions()));
CREATE POLICY of_the_agreement ON agreement_versions FOR SELECT
USING (EXISTS (SELECT FROM agreements AS a WHERE a.id = agreement_versions.agreement_id));

ALTER TABLE evaluations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON evaluations USING ((SELECT all_regions()));
CREATE POLICY of_the_agreement ON evaluations FOR SELECT
USING (EXISTS (SELECT FROM agreements AS a WHERE a.id = evaluations.agreement_id));

-- Everybody's step leaves a line; only whoever works for all regions reads them.
ALTER TABLE agreement_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON agreement_changes USING ((SELECT all_regions()));
CREATE POLICY written ON agreement_changes FOR INSERT
WITH CHECK (EXISTS (SELECT FROM agreements AS a WHERE a.id = agreement_changes.agreement_id));

ALTER TABLE project_results ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_project ON project_results
USING (
    (SELECT all_regions())
    OR EXISTS (
        SELECT FROM projects AS p
        WHERE p.agreement_id = project_results.agreement_id AND p.number = project_results.project
    )
);
