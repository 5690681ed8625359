namespace SigningAuthority.Benchmarks.Growth;

/// <summary>One statement a table. Certificate number i has the same keys in each: hashes of its number.</summary>
internal static class FillStatements
{
    /// <summary>Submitted, intended, issued.</summary>
    public const int EntriesOfCertificate = 3;

    // Version 7 as SigningRequestId makes them, one a millisecond, all before the first measured one.
    private const string Id = """
        (lpad(to_hex(1700000000000 + i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid
        """;

    // Above the measured devices, below the test range.
    private const string Mac = "('000E08' || lpad(upper(to_hex(1048576 + i)), 6, '0'))";
    private const string Serial = "('FM6' || lpad(i::text, 9, '0'))";

    private static string Hash(string what) => $"sha256(('{what}' || i)::bytea)";

    public static string Requests { get; } =
        $$"""
            insert into sa.signing_request (id, kind, lane, state, station_id, csr, csr_sha256, spki_sha256, mac, serial, product, authorities,
                submitted_by, submitted_at, attempts, finished_at)
            select {{Id}}, 'Device', 'Device', 'Issued', s.id, '\x30', {{Hash("csr")}}, {{Hash(
                "key"
            )}}, {{Mac}}, {{Serial}}, 'SPA962', array['client'],
                'station/benchmark', now(), 1, now()
            from generate_series({from}, {to}) i, (select id from sa.station where name = 'benchmark') s;
            """;

    public static string Intents { get; } =
        $$"""
            insert into sa.intent (request_id, authority, serial_number, to_be_signed, profile, not_before, not_after, policy_hash)
            select {{Id}}, 'client', '\x4c'::bytea || substr({{Hash(
                "serial"
            )}}, 1, 15), '\x30', 'cn-mac', now(), now() + interval '10 years', 'filled'
            from generate_series({from}, {to}) i;
            """;

    public static string Certificates { get; } =
        $$"""
            insert into sa.certificate (request_id, authority, serial_number, der, sha256, spki_sha256, not_before, not_after)
            select {{Id}}, 'client', '\x4c'::bytea || substr({{Hash("serial")}}, 1, 15), '\x30', {{Hash("certificate")}}, {{Hash(
                "key"
            )}}, now(), now() + interval '10 years'
            from generate_series({from}, {to}) i;
            """;

    public static string Entries { get; } =
        $$"""
            insert into sa.log_entry (id, type, actor, subject, request_id, mac, serial, fingerprint, at, entry)
            select {last} + (i - {from}) * {{EntriesOfCertificate}} + k.n, k.type, k.actor, {{Mac}}, {{Id}}, {{Mac}}, {{Serial}},
                case when k.n = 3 then {{Hash("certificate")}} end, now(), decode(md5(i::text), 'hex')
            from generate_series({from}, {to}) i,
                (values (1, 'request-submitted', 'station/benchmark'), (2, 'certificate-intended', 'signer/filled'),
                    (3, 'certificate-issued', 'signer/filled')) k(n, type, actor);
            """;

    public static string Leaves { get; } =
        $$"""
            insert into sa.log_leaf (index, entry_id, leaf_hash, type, actor, at_most)
            select {leaves} + (i - {from}) * {{EntriesOfCertificate}} + k.n - 1, {last} + (i - {from}) * {{EntriesOfCertificate}} + k.n,
                {{Hash("leaf")}}, k.type, k.actor, now()
            from generate_series({from}, {to}) i,
                (values (1, 'request-submitted', 'station/benchmark'), (2, 'certificate-intended', 'signer/filled'),
                    (3, 'certificate-issued', 'signer/filled')) k(n, type, actor);
            """;

    /// <summary>So that the Signer goes on behind the filled leaves: it signs this head first.</summary>
    public const string Head = """
        insert into sa.log_head (tree_size, root_hash, frontier, sealed_at) values ($1, $2, $3, now())
        """;
}
