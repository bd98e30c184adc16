-- What is read by everybody in an agreement is not written by everybody: a result by whoever leads the
-- project, and what stands in the way, or helps, in one's own name.
--
-- contracts: 0.0.0 and all after it can live with this: no region ever wrote for another.

DROP POLICY of_the_project ON project_results;
CREATE POLICY of_the_project ON project_results FOR SELECT
USING (
    (SELECT all_regions())
    OR EXISTS (
        SELECT FROM projects AS p
        WHERE p.agreement_id = project_results.agreement_id AND p.number = project_results.project
    )
);
-- A project without a region is led by whoever works for all.
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

DROP POLICY of_the_agreement ON bottlenecks;
CREATE POLICY of_the_agreement ON bottlenecks FOR SELECT
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM agreements AS a WHERE a.id = bottlenecks.agreement_id)
);
-- An employer says it for any region of its agreement, or for all of them.
CREATE POLICY written ON bottlenecks FOR INSERT
WITH CHECK (
    (SELECT all_regions())
    OR EXISTS (
        SELECT FROM agreements AS a
        WHERE
            a.id = bottlenecks.agreement_id
            AND (
                bottlenecks.region = ANY ((SELECT own_regions())::text[])
                OR a.employer_id = ANY ((SELECT own_employers())::text[])
            )
    )
);

DROP POLICY of_the_agreement ON solutions;
CREATE POLICY of_the_agreement ON solutions FOR SELECT
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM agreements AS a WHERE a.id = solutions.agreement_id)
);
CREATE POLICY written ON solutions FOR INSERT
WITH CHECK (
    (SELECT all_regions())
    OR (
        region = ANY ((SELECT own_regions())::text[])
        AND EXISTS (SELECT FROM agreements AS a WHERE a.id = solutions.agreement_id)
    )
);
