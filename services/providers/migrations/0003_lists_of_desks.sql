-- A region, an employer and a support provider each read their own requests for support.

CREATE INDEX supports_of_region ON supports (region, created_at DESC, id);
CREATE INDEX supports_of_employer ON supports (employer_id, created_at DESC, id);
CREATE INDEX supports_of_provider ON supports (provider_id, created_at DESC, id)
WHERE provider_id IS NOT NULL;
