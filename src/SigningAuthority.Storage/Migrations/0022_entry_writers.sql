-- What a front door that was taken over can't write into the log.

-- An entry of a time to come would lift at_most for good: whoever asks by time would miss all that follows it.
alter table sa.log_entry add constraint log_entry_not_ahead check (at <= now() + interval '10 minutes') not valid;

-- That a certificate was intended or issued is said by the role that intends and issues, and by no other.
alter table sa.log_entry add constraint log_entry_of_signer
    check (type not in ('certificate.intended', 'certificate.issued') or written_by = 'sa_signer') not valid;
