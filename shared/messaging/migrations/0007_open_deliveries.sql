-- What is open is found by its key. Nearly every row of the ledger is received, so that the
-- planner believes that almost nothing is open; by the recipient alone it then read the whole
-- backlog again for each receipt.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.
DROP INDEX deliveries_open;
CREATE INDEX deliveries_open ON deliveries (subject, recipient, sequence)
WHERE state IN ('pending', 'refused');
