using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.IntegrationTests.Revocations;

/// <summary>A unit with its certificate.</summary>
internal sealed record Certified(FactoryDevice Unit, string Authority, string SerialNumber, string Pem, Guid RequestId)
{
    public CertificateSerialNumber Number => CertificateSerialNumber.FromBytes(Convert.FromHexString(SerialNumber));

    public byte[] Sign(RevocationReason reason, RSA? key = null) =>
        (key ?? Unit.Key).SignData(
            new PossessionStatement(Authority, Number, reason).Encode(),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
}

/// <summary>Everybody who may ask for a revocation, and what the key room made of it.</summary>
internal sealed class RevocationDesk(RunningAuthority authority)
{
    public const string Path = "api/v1/revocations";
    public const string StationPath = "api/v1/station/revocations";
    public const string OfficerPath = "api/v1/officer/revocations";

    private readonly HttpClient _anybody = authority.Client();

    public Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    public Npgsql.NpgsqlDataSource Door => authority.Postgres.Connect("sa_api", authority.Database);

    /// <summary>Of a unit that the line has not seen yet.</summary>
    /// <param name="station">Of line-1 unless given.</param>
    /// <param name="submission">As the station sends it, where it is not the plain one.</param>
    public async Task<Certified> CertifyAsync(HttpClient? station = null, Func<FactoryDevice, object>? submission = null)
    {
        var unit = OrderDesk.Unit();
        var answer = await new StationDesk(station ?? authority.StationClient()).SubmitAsync(submission?.Invoke(unit) ?? unit.Submission);
        if (answer.Status != System.Net.HttpStatusCode.Created)
            throw new InvalidOperationException(answer.ToString());
        using var certificate = X509Certificate2.CreateFromPem(answer.Member("certificate"));
        return new Certified(unit, "client", certificate.SerialNumber, answer.Member("certificate"), Guid.Parse(answer.Member("id")));
    }

    public Task<Answer> AskAsync(object body) => PostAsync(_anybody, Path, body);

    public Task<Answer> ProveAsync(Certified certified, byte[] signature, string reason = "keyCompromise") =>
        AskAsync(
            new
            {
                certificate = certified.Pem,
                reason,
                signature = Convert.ToBase64String(signature),
            }
        );

    public Task<Answer> OfStationAsync(object body, HttpClient? station = null) =>
        PostAsync(station ?? authority.StationClient(), StationPath, body);

    public static Task<Answer> PostAsync(HttpClient client, string path, object body) =>
        client.AskAsync(HttpMethod.Post, path, JsonContent.Create(body));

    /// <summary>What the officer's tool signs.</summary>
    public static OfficerRevocationStatement Statement(
        Officer officer,
        Certified certified,
        RevocationAction action = RevocationAction.Revoke,
        RevocationReason reason = RevocationReason.PrivilegeWithdrawn,
        DateTimeOffset? at = null
    ) =>
        new(
            certified.Authority,
            certified.Number,
            action,
            action.ImpliedReason() ?? reason,
            "",
            OfficerName.Parse(officer.Name),
            officer.Id,
            at ?? DateTimeOffset.UtcNow
        );

    /// <summary>The row that a front door would write for it, with any signature.</summary>
    public async Task<Guid> WriteAsync(
        Certified certified,
        string asker,
        Guid? askerId,
        string actor,
        string reason = "superseded",
        string action = "Revoke",
        DateTimeOffset? statedAt = null,
        byte[]? signature = null
    )
    {
        var id = Guid.NewGuid();
        await using var command = Door.CreateCommand(
            "insert into sa.revocation_request (id, request_id, authority, action, reason, requested_by, asker, asker_id, stated_at, signature) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        );
        foreach (
            var value in (object?[])
                [
                    id,
                    certified.RequestId,
                    certified.Authority,
                    action,
                    reason,
                    actor,
                    asker,
                    askerId,
                    statedAt is { } at
                        ? new DateTime(at.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc)
                        : null,
                    signature,
                ]
        )
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        await command.ExecuteNonQueryAsync();
        return id;
    }

    /// <summary>"Effective", "Unchanged", or "Refused code,code", once the key room has decided.</summary>
    public async Task<string> OutcomeAsync(Guid id)
    {
        await Eventually.TrueAsync(
            async () => await Everything.ScalarAsync<long>($"select count(*) from sa.revocation_outcome where revocation_id = '{id}'") == 1,
            "the key room has decided"
        );
        return await Everything.ScalarAsync<string>(
            $"select trim(outcome || ' ' || coalesce((select string_agg(v ->> 'code', ',' order by v ->> 'code') from jsonb_array_elements(violations) v), '')) from sa.revocation_outcome where revocation_id = '{id}'"
        );
    }

    /// <summary>The CRLReason that holds for it; null for a good one.</summary>
    public async Task<int?> StateAsync(Certified certified) =>
        await Everything.ScalarAsync<int>(
            $"select coalesce((select reason from sa.revoked where authority = '{certified.Authority}' and serial_number = '\\x{certified.SerialNumber}'), -1)::int"
        )
            is >= 0
                and var reason
            ? reason
            : null;

    /// <summary>The log's entries of a kind about it, as the database has them.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAsync(Certified certified, string type)
    {
        await using var command = Everything.CreateCommand(
            "select convert_from(entry, 'UTF8') from sa.log_entry where request_id = $1 and type = $2 order by xid, id"
        );
        command.Parameters.AddWithValue(certified.RequestId);
        command.Parameters.AddWithValue(type);
        var entries = new List<JsonElement>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            entries.Add(JsonSerializer.Deserialize<JsonElement>(reader.GetString(0)));
        return entries;
    }
}
