-- A lane's Signer holds that lane's keys alone. A row that named another lane than its kind's would take a whole batch with it there, each
-- time anew, because its key is nowhere to be found.

alter table sa.signing_request
    add constraint signing_request_lane_of_kind check ((lane = 'Device') = (kind in ('Device', 'TestDevice', 'Station')));
