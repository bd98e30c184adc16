-- What row-level security asks of a transaction: whose rows it may see and write. The settings are
-- made at its start by shared/runtime/scope.py; where nobody made them, nothing is seen.

-- A policy calls these in a sub-select, so that they are asked once for each statement and not for
-- each row:   (SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[])

-- No person: the owner of the tables, a duty of the service, or a statement that says it looks wider.
CREATE FUNCTION sees_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('schakel.everything', true), '') = 'on'
    OR coalesce(current_setting('schakel.widened', true), '') = 'on';

CREATE FUNCTION all_regions() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN sees_everything() OR coalesce(current_setting('schakel.regions', true), '') = '*';

CREATE FUNCTION all_employers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN sees_everything() OR coalesce(current_setting('schakel.employers', true), '') = '*';

CREATE FUNCTION all_providers() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN sees_everything() OR coalesce(current_setting('schakel.providers', true), '') = '*';

CREATE FUNCTION own_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('schakel.regions', true), '*'), ',');

CREATE FUNCTION own_employers() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('schakel.employers', true), '*'), ',');

CREATE FUNCTION own_providers() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('schakel.providers', true), '*'), ',');
