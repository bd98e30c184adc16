-- What a project of the whole agreement reported is read by every region in it, and written by none.
--
-- contracts: 0.0.0 and all after it can live with this: no region ever led such a project.

DROP POLICY of_the_project ON project_results;
CREATE POLICY of_the_project ON project_results FOR SELECT
USING (
    (SELECT all_regions())
    OR EXISTS (
        SELECT FROM projects AS p
        WHERE p.agreement_id = project_results.agreement_id AND p.number = project_results.project
    )
);
-- Whoever leads a project reports on it: its region, or whoever works for all.
CREATE POLICY written ON project_results FOR INSERT
WITH CHECK (
    (SELECT all_regions())
    OR EXISTS (
        SELECT FROM projects AS p
        WHERE
            p.agreement_id = project_results.agreement_id
            AND p.number = project_results.project
            AND p.region = ANY ((SELECT own_regions())::text[])
    )
);
