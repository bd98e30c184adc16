-- Who supports at work hears how a placement stands, and nothing else of it: what was owed to it
-- of whole placements is owed no more.

DELETE FROM deliveries WHERE recipient = 'providers' AND subject LIKE 'placement/%';
