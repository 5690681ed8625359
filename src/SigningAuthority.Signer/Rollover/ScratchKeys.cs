using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Ceremony;
using SigningAuthority.Signer.Keys;

namespace SigningAuthority.Signer.Rollover;

/// <summary>
/// Keys for a rehearsal, made for it and thrown away with it: in the copy every authority of lane Device gets one of them, so that what is
/// signed there chains to nothing that anybody trusts, and no real key is ever opened.
/// </summary>
internal static class ScratchKeys
{
    // The tables of the copy are guarded as the live ones are; here it is the guard's owner who replaces what is only a copy.
    private const string Replace = """
        alter table sa.authority_intent disable trigger append_only;
        alter table sa.authority_certificate disable trigger append_only;
        insert into sa.authority_intent (authority, purpose, key_label, subject, spki, to_be_signed, not_before, not_after)
            values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (authority) do nothing;
        """;

    private const string Upsert = """
        insert into sa.authority_certificate (authority, purpose, key_label, subject, spki, der, not_before, not_after, transcript, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 'a rehearsal', now() - interval '1 hour')
        on conflict (authority) do update set spki = excluded.spki, der = excluded.der, not_before = excluded.not_before,
            not_after = excluded.not_after, transcript = excluded.transcript, created_at = excluded.created_at
        """;

    /// <param name="copy">An administrator's connection to the copy.</param>
    /// <param name="configuration">Of the rehearsal.</param>
    /// <param name="folder">For the keys; empty.</param>
    /// <param name="passphraseFile">What they are encrypted with.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task MakeAsync(
        string copy,
        AuthorityConfiguration configuration,
        string folder,
        string passphraseFile,
        CancellationToken cancellation
    )
    {
        using var store = new FileKeyStore(folder, passphraseFile);
        await using var connection = new NpgsqlConnection(copy);
        await connection.OpenAsync(cancellation);
        foreach (var authority in configuration.Authorities.Where(authority => authority.Lane == Lane.Device))
        {
            var plan = AuthorityPlan.For(authority, TimeProvider.System);
            using var key = store.Create(authority.KeyLabel, plan.Algorithm);
            var toBeSigned = RootCertificate.EncodeToBeSigned(
                authority.SubjectName,
                key.SubjectPublicKeyInfo,
                CertificateSerialNumber.Draw(),
                plan.NotBefore,
                plan.NotAfter
            );
            var der = SignedCertificate.Assemble(toBeSigned, key.Sign(toBeSigned));
            foreach (var (sql, bytes) in Statements(toBeSigned, der))
                await RunAsync(connection, sql, plan, key.SubjectPublicKeyInfo, bytes, cancellation);
        }
    }

    private static IEnumerable<(string Sql, byte[]? Bytes)> Statements(byte[] toBeSigned, byte[] der)
    {
        foreach (var statement in Replace.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            yield return (statement, statement.StartsWith("insert", StringComparison.Ordinal) ? toBeSigned : null);
        yield return (Upsert, der);
    }

    private static async Task RunAsync(
        NpgsqlConnection connection,
        string sql,
        AuthorityPlan plan,
        byte[] publicKey,
        byte[]? bytes,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (bytes is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Definition.Id });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Definition.Purpose.ToString() });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Definition.KeyLabel });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = plan.Subject });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = publicKey });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = bytes });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = plan.NotBefore.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = plan.NotAfter.UtcDateTime });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }
}
