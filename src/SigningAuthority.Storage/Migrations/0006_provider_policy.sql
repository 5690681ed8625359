-- What a provider's request may carry beyond its CSR, and how it waits for officers. Everything else that the complete policy
-- needs (names, approvals, notices, limits) has tables of its own in the files that follow.

grant usage on schema sa to sa_outreach;
grant select on sa.schema_version to sa_outreach;

alter table sa.signing_request
    add column submitted_token uuid,
    add column addresses text[] not null default '{}' check (cardinality(addresses) <= 16),
    -- The request whose certificates these follow; the key room looks whether both are one tenant's.
    add column succeeds uuid,
    add column succession text check (succession in ('Renewal', 'Replacement')),
    add column approvals_needed smallint not null default 0 check (approvals_needed between 0 and 2),
    add column approval_expires_at timestamptz,
    add constraint signing_request_succession check ((succeeds is null) = (succession is null)),
    add constraint signing_request_approval check (state <> 'AwaitingApproval' or (approvals_needed > 0 and approval_expires_at is not null)),
    drop constraint signing_request_kind_check,
    add constraint signing_request_kind_check check (kind in ('ProvisioningServer', 'Device', 'Station', 'ServiceTls', 'TestDevice')),
    add constraint signing_request_test_device check (kind <> 'TestDevice' or (mac is not null and serial is not null and product is not null));

create index signing_request_succeeds on sa.signing_request (succeeds) where succeeds is not null;
create index signing_request_fqdn on sa.signing_request (fqdn, id) where fqdn is not null;
create index signing_request_awaiting on sa.signing_request (approval_expires_at) where state = 'AwaitingApproval';

-- The front door settles a provider's request before a Signer has it: officers' decisions and withdrawals come through the door.
-- It can thereby stop a request, or say that it is approved; whether it is, the key room sees for itself.
drop policy door on sa.signing_request;
create policy door on sa.signing_request for insert to sa_api
    with check ((kind = 'ProvisioningServer' and state in ('AwaitingApproval', 'Queued')) or (kind = 'Device' and state = 'Queued'));
create policy door_settles on sa.signing_request for update to sa_api
    using (kind = 'ProvisioningServer' and state in ('AwaitingApproval', 'Queued'))
    with check (kind = 'ProvisioningServer' and state in ('AwaitingApproval', 'Queued', 'Refused', 'Withdrawn'));
drop policy operator on sa.signing_request;
create policy operator on sa.signing_request for insert to sa_operator
    with check (kind in ('Station', 'ServiceTls', 'TestDevice') and state = 'Queued');
drop policy key_room on sa.signing_request;
create policy key_room on sa.signing_request for update to sa_signer
    using (state in ('AwaitingApproval', 'Queued', 'Signing')) with check (true);
create policy outreach on sa.signing_request for select to sa_outreach using (true);

grant insert (state, submitted_token, addresses, succeeds, succession, approvals_needed, approval_expires_at) on sa.signing_request to sa_api, sa_operator;
grant update (state, due_at, violations, finished_at) on sa.signing_request to sa_api;
grant select (id, kind, state, provider_id, fqdn, addresses, authorities, submitted_at, finished_at) on sa.signing_request to sa_outreach;

grant insert (type, actor, subject, request_id, mac, serial, fingerprint, at, entry) on sa.log_entry to sa_outreach;
grant usage on sequence sa.log_entry_id to sa_outreach;
