-- Which provider a request for support is with: it may see the placement, and no other does.

ALTER TABLE supports ADD COLUMN provider_id text;
UPDATE supports SET provider_id = convert_from(content, 'UTF8')::jsonb #>> '{provider,id}';
CREATE INDEX supports_of_provider ON supports (provider_id) WHERE provider_id IS NOT NULL;
