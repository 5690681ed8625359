-- What comes after a certificate was issued: its provider asks for its revocation, replaces it, and is told before it ends.

create table sa.revocation_request (
    id uuid primary key,
    request_id uuid not null,
    authority text not null,
    -- RFC 5280 §5.3.1, those that a certificate's holder may give.
    reason text not null check (reason in ('unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation')),
    note text check (length(note) <= 1000),
    requested_by text not null,
    requested_at timestamptz not null default now(),
    foreign key (request_id, authority) references sa.certificate,
    constraint revocation_request_once unique (request_id, authority, reason)
);
call sa.make_append_only('sa.revocation_request');

-- Which certificates are to be revoked, and why: one row each. A replacement says so by being issued, so that nothing has to be
-- written when it is, and nothing be taken back when it is refused. A compromised key outweighs every other reason.
create view sa.certificate_revocation as
select distinct on (request_id, authority) request_id, authority, reason, note, requested_by, at, replacement
from (
    select request_id, authority, reason, note, requested_by, requested_at as at, null::uuid as replacement from sa.revocation_request
    union all
    select c.request_id, c.authority, 'superseded', null, s.submitted_by, s.finished_at, s.id
    from sa.certificate c
        join sa.signing_request p on p.id = c.request_id
        join sa.signing_request s on s.succeeds = p.id and s.provider_id = p.provider_id
    where s.succession = 'Replacement' and s.state = 'Issued'
) found
order by request_id, authority, reason = 'keyCompromise' desc, at;

create table sa.contact (
    id uuid primary key,
    provider_id uuid not null references sa.provider,
    kind text not null check (kind in ('Webhook', 'Mail')),
    target text not null check (length(target) between 3 and 512),
    description text check (length(description) <= 200),
    -- HMAC key of a webhook. The front door writes it and can't read it back.
    secret bytea check (octet_length(secret) = 32),
    added_at timestamptz not null default now(),
    added_by text not null,
    removed_at timestamptz,
    check ((kind = 'Webhook') = (secret is not null))
);
create unique index contact_active on sa.contact (provider_id, kind, target) where removed_at is null;
call sa.make_undeletable('sa.contact');

create table sa.notice (
    id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('Expiry', 'Test')),
    provider_id uuid not null,
    contact_id uuid not null references sa.contact,
    request_id uuid,
    authority text,
    days_before integer check (days_before > 0),
    state text not null default 'Pending' check (state in ('Pending', 'Delivering', 'Delivered', 'Failed', 'Superseded', 'Skipped')),
    planned_at timestamptz not null default now(),
    -- Deliverable from this moment on; while Delivering it is the end of the lease.
    due_at timestamptz not null default now(),
    -- Set by the first attempt: when the next failure is the last.
    give_up_at timestamptz,
    attempts integer not null default 0 check (attempts >= 0),
    leased_by uuid,
    last_error text,
    finished_at timestamptz,
    foreign key (request_id, authority) references sa.certificate,
    check ((kind = 'Expiry') = (request_id is not null and authority is not null and days_before is not null)),
    check ((state = 'Delivering') = (leased_by is not null)),
    check ((state in ('Delivered', 'Failed', 'Superseded', 'Skipped')) = (finished_at is not null))
);
create unique index notice_once on sa.notice (request_id, authority, days_before, contact_id) where kind = 'Expiry';
create index notice_due on sa.notice (due_at) where state in ('Pending', 'Delivering');
create index notice_provider on sa.notice (provider_id, planned_at desc, id desc);
create index notice_failed on sa.notice (finished_at) where state = 'Failed';
call sa.make_undeletable('sa.notice');
create trigger final_state before update on sa.notice for each row
    when (old.state in ('Delivered', 'Superseded', 'Skipped')) execute function sa.refuse_change();
alter table sa.notice enable always trigger final_state;

-- Why a notice need not be sent any more, or null: decided when notices are planned, and again just before one is sent. A certificate
-- counts as followed by what its own tenant was issued for the same name and generation, in any number of steps.
create function sa.end_of_notice(of_contact uuid, of_request uuid, of_authority text, of_days integer, out state text, out reason text)
language sql stable as $$
    with recursive follower as (
        select s.id, s.provider_id, s.fqdn
        from sa.signing_request p join sa.signing_request s on s.succeeds = p.id and s.provider_id = p.provider_id and s.fqdn = p.fqdn
        where p.id = of_request and s.state = 'Issued'
        union
        select s.id, s.provider_id, s.fqdn
        from follower p join sa.signing_request s on s.succeeds = p.id and s.provider_id = p.provider_id and s.fqdn = p.fqdn
        where s.state = 'Issued'
    )
    select case when followed then 'Superseded' else 'Skipped' end,
        case when removed then 'the contact was removed' when followed then 'the certificate was renewed or replaced'
            when revoked then 'the certificate is to be revoked' else 'a more urgent notice was due' end
    from (select
        exists (select from sa.contact k where k.id = of_contact and k.removed_at is not null) as removed,
        exists (select from follower f join sa.certificate c on c.request_id = f.id where c.authority = of_authority) as followed,
        exists (select from sa.certificate_revocation v where v.request_id = of_request and v.authority = of_authority) as revoked,
        exists (select from sa.notice n where n.request_id = of_request and n.authority = of_authority and n.contact_id = of_contact
            and n.kind = 'Expiry' and n.days_before < of_days) as outrun) found
    where removed or followed or revoked or outrun
$$;
revoke execute on function sa.end_of_notice from public;
grant execute on function sa.end_of_notice to sa_signer, sa_outreach;

-- The key room plans, Outreach delivers, an operator puts what failed back; the door queues tests and nothing else.
alter table sa.notice enable row level security;
create policy read on sa.notice for select to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator using (true);
create policy door on sa.notice for insert to sa_api with check (kind = 'Test' and state = 'Pending');
create policy planner on sa.notice for insert to sa_signer with check (kind = 'Expiry' and state in ('Pending', 'Skipped'));
create policy planner_settles on sa.notice for update to sa_signer
    using (state = 'Pending') with check (state in ('Superseded', 'Skipped'));
create policy delivery on sa.notice for update to sa_outreach using (state in ('Pending', 'Delivering')) with check (true);
create policy retry on sa.notice for update to sa_operator using (state = 'Failed') with check (state = 'Pending');

grant select on sa.revocation_request, sa.certificate_revocation to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator;
grant insert (id, request_id, authority, reason, note, requested_by) on sa.revocation_request to sa_api;

grant select (id, provider_id, kind, target, description, added_at, added_by, removed_at) on sa.contact to sa_api, sa_signer, sa_auditor, sa_operator;
grant select on sa.contact to sa_outreach;
grant insert (id, provider_id, kind, target, description, secret, added_by), update (removed_at) on sa.contact to sa_api;

grant select on sa.notice to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator;
grant insert (id, kind, provider_id, contact_id) on sa.notice to sa_api;
grant insert (kind, provider_id, contact_id, request_id, authority, days_before, state, planned_at, due_at, last_error, finished_at),
    update (state, last_error, finished_at) on sa.notice to sa_signer;
grant update (state, due_at, give_up_at, attempts, leased_by, last_error, finished_at) on sa.notice to sa_outreach;
grant update (state, due_at, give_up_at, attempts, finished_at) on sa.notice to sa_operator;

grant select on sa.certificate, sa.provider to sa_outreach;
grant select (devices, succeeds, succession) on sa.signing_request to sa_outreach;
