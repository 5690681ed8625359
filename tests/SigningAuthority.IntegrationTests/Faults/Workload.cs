using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>An intent or a certificate, as a row of the database.</summary>
internal sealed record SignedRow(Guid Request, string Authority, string Hex);

/// <summary>Requests that somebody was told are in the queue, and what must have become of them when all faults are over.</summary>
internal sealed class Workload(FaultedAuthority authority, IReadOnlyCollection<Guid> requests)
{
    // Each line of evidence as (request, authority, bytes), told by the tables and by the log: neither side has more.
    private const string EvidenceOnOneSide = """
        with intents as (
            select request_id, authority, upper(encode(serial_number, 'hex')), encode(sha256(to_be_signed), 'hex') from sa.intent
        ), intended as (
            select request_id, e ->> 'authority', e ->> 'serialNumber', e ->> 'toBeSignedSha256'
            from (select request_id, convert_from(entry, 'UTF8')::jsonb e from sa.log_entry where type = 'certificate.intended') l
        ), certificates as (
            select request_id, authority, upper(encode(serial_number, 'hex')), encode(sha256(der), 'hex') from sa.certificate
        ), issued as (
            select request_id, e ->> 'authority', e ->> 'serialNumber', encode(fingerprint, 'hex')
            from (select request_id, fingerprint, convert_from(entry, 'UTF8')::jsonb e from sa.log_entry where type = 'certificate.issued') l
        ), requests as (
            select id from sa.signing_request
        ), submitted as (
            select request_id from sa.log_entry where type = 'request.submitted'
        )
        select (select count(*) from (table intents except all table intended) x) + (select count(*) from (table intended except all table intents) x)
            + (select count(*) from (table certificates except all table issued) x) + (select count(*) from (table issued except all table certificates) x)
            + (select count(*) from (table requests except all table submitted) x) + (select count(*) from (table submitted except all table requests) x)
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public int Count => requests.Count;

    private IReadOnlyCollection<Guid> Requests => requests;

    private FaultedAuthority Authority => authority;

    public static Workload Together(IReadOnlyCollection<Workload> parts) =>
        new(parts.First().Authority, [.. parts.SelectMany(part => part.Requests)]);

    /// <summary>Of all that the database has: what the tables tell and the log does not, or the other way about.</summary>
    public static Task<long> CountEvidenceOnOneSideAsync(FaultedAuthority authority) =>
        authority.Database.ScalarAsync<long>(EvidenceOnOneSide);

    public Task<long> CountAsync(string state) =>
        ScalarAsync<long>("select count(*) from sa.signing_request where id = any($1) and state = $2", state);

    public Task<int> MostAttemptsAsync() =>
        ScalarAsync<int>("select coalesce(max(attempts), 0) from sa.signing_request where id = any($1)");

    public Task WaitUntilAsync(string state) =>
        Eventually.TrueAsync(async () => await CountAsync(state) == Count, $"{Count} requests {state}", Patience);

    public Task<IReadOnlyList<SignedRow>> IntentsAsync() =>
        ReadAsync("select request_id, authority, encode(to_be_signed, 'hex') from sa.intent where request_id = any($1) order by 1, 2");

    public Task<IReadOnlyList<SignedRow>> CertificatesAsync() =>
        ReadAsync("select request_id, authority, encode(der, 'hex') from sa.certificate where request_id = any($1) order by 1, 2");

    /// <summary>
    /// Waits until each request is Issued, then holds all to the promises: one certificate for each authority, with the bytes of
    /// its intent and a signature that verifies; every act in the log, nothing in the log that was not; the log sound.
    /// </summary>
    public async Task RequireIssuedAsync()
    {
        await WaitUntilAsync("Issued");
        Assert.Empty(
            await ReadAsync(
                """
                select id, 'wants ' || array_to_string(authorities, ','), '' from sa.signing_request r where id = any($1)
                    and (select array_agg(a order by a) from unnest(authorities) a) is distinct from
                        (select array_agg(c.authority order by c.authority) from sa.certificate c where c.request_id = r.id)
                """
            )
        );

        var intents = (await IntentsAsync()).ToDictionary(intent => (intent.Request, intent.Authority), intent => intent.Hex);
        var certificates = await CertificatesAsync();
        Assert.Equal(intents.Keys.Order(), certificates.Select(certificate => (certificate.Request, certificate.Authority)).Order());
        foreach (var group in certificates.GroupBy(certificate => certificate.Authority))
        {
            using var issuer = X509Certificate2.CreateFromPem(await authority.Running.RootPemAsync(group.Key));
            using var key = issuer.GetRSAPublicKey()!;
            Assert.All(group, certificate => RequireSigned(certificate, intents[(certificate.Request, certificate.Authority)], key));
        }

        Assert.Equal(0, await CountEvidenceOnOneSideAsync(authority));
        await authority.Running.VerifyLogAsync();
    }

    private static void RequireSigned(SignedRow certificate, string toBeSigned, RSA issuer)
    {
        // RFC 5280 §4.1: SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }.
        var content = new AsnReader(Convert.FromHexString(certificate.Hex), AsnEncodingRules.DER).ReadSequence();
        var signed = content.ReadEncodedValue();
        content.ReadSequence();
        Assert.Equal(toBeSigned, Convert.ToHexStringLower(signed.Span));
        Assert.True(issuer.VerifyData(signed.Span, content.ReadBitString(out _), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private async Task<IReadOnlyList<SignedRow>> ReadAsync(string sql)
    {
        await using var command = authority.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(requests.ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<SignedRow>();
        while (await reader.ReadAsync())
            rows.Add(new SignedRow(reader.GetGuid(0), reader.GetString(1), reader.GetString(2)));
        return rows;
    }

    private async Task<T> ScalarAsync<T>(string sql, params string[] more)
    {
        await using var command = authority.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(requests.ToArray());
        foreach (var value in more)
            command.Parameters.AddWithValue(value);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
