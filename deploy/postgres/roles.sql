-- One role a process (DESIGN: "one role per process"). Run as a superuser in the authority's database; running it again changes nothing.
-- `SigningAuthority.Signer migrate` runs this very file first when it is allowed to. Passwords are set there, never here.

do $$
declare
    wanted text;
begin
    foreach wanted in array array['sa_owner', 'sa_api', 'sa_signer', 'sa_auditor', 'sa_operator', 'sa_outreach'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls', wanted);
        end if;
    end loop;
end
$$;

-- A transaction left open holds back the sequencing of the log for everyone: it is cut.
alter role sa_api set idle_in_transaction_session_timeout = '60s';
alter role sa_signer set idle_in_transaction_session_timeout = '60s';
alter role sa_operator set idle_in_transaction_session_timeout = '60s';
alter role sa_auditor set idle_in_transaction_session_timeout = '60s';
alter role sa_outreach set idle_in_transaction_session_timeout = '60s';
alter role sa_api set statement_timeout = '30s';
alter role sa_auditor set statement_timeout = '30s';
alter role sa_auditor set default_transaction_read_only = on;
-- Short statements, many of them: compiling one costs more than any saves.
alter role sa_api set jit = off;
alter role sa_signer set jit = off;
alter role sa_outreach set jit = off;

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect, create on database %I to sa_owner', current_database());
    execute format('grant connect on database %I to sa_api, sa_signer, sa_auditor, sa_operator, sa_outreach', current_database());
end
$$;

revoke all on schema public from public;
