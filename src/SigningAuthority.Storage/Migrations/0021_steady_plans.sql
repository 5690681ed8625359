-- A partial index serves every statement that implies its condition, also without a look at its columns: as long as the tables are
-- small, to read all of signing_request_serial costs the planner the same as one look at signing_request_device_key, and a plan that is
-- kept goes on doing it (seen: 70 ms of Postgres a group). With the columns' own conditions each serves the statements that ask by it.
drop index sa.signing_request_mac, sa.signing_request_serial;
create unique index signing_request_mac on sa.signing_request (mac, issue) where kind = 'Device' and active and mac is not null;
create unique index signing_request_serial on sa.signing_request (serial, issue) where kind = 'Device' and active and serial is not null;
