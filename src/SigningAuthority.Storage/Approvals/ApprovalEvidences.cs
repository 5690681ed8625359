using Npgsql;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Approvals;

/// <summary>Gathers what policy must know of the people around requests, at the door and at the key. Thread-safe.</summary>
public sealed class ApprovalEvidences(NpgsqlDataSource dataSource)
{
    // The tenant is named by its own row, the submitter by the token's: a front door that writes another name beside them changes nothing.
    private const string SelectSubmitters = """
        select r.provider, r.token, p.name, t.id is not null, t.holder from unnest($1::uuid[], $2::uuid[]) as r(provider, token)
            join sa.provider p on p.id = r.provider
            left join sa.access_token t on t.id = r.token and t.provider_id = p.id
        """;

    /// <summary>Of the requests of providers; others have none.</summary>
    public async Task<IReadOnlyDictionary<SigningRequestId, ApprovalEvidence>> GatherAsync(
        IReadOnlyCollection<SigningRequestRecord> requests,
        CancellationToken cancellation = default
    )
    {
        var ofProviders = requests.Where(request => request is { Kind: RequestKind.ProvisioningServer, ProviderId: not null }).ToList();
        if (ofProviders.Count == 0)
            return new Dictionary<SigningRequestId, ApprovalEvidence>();

        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await GatherAsync(connection, ofProviders, cancellation);
    }

    internal static async Task<IReadOnlyDictionary<SigningRequestId, ApprovalEvidence>> GatherAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var submitters = await ReadSubmittersAsync(connection, requests, cancellation);
        var decisions = await OfficerDecisions.FindAsync(connection, [.. requests.Select(request => request.Id)], cancellation);
        return requests.ToDictionary(
            request => request.Id,
            request =>
            {
                var submitter = submitters.GetValueOrDefault((request.ProviderId!.Value, request.SubmittedToken ?? Guid.Empty));
                return new ApprovalEvidence(
                    request.Id,
                    "provider/" + submitter?.Provider,
                    submitter is { IsTokenKnown: true },
                    submitter?.Holder,
                    request.SubmittedAt,
                    request.ApprovalExpiresAt,
                    request.ApprovalsNeeded,
                    [.. decisions[request.Id]]
                );
            }
        );
    }

    private static async Task<Dictionary<(Guid Provider, Guid Token), Submitter>> ReadSubmittersAsync(
        NpgsqlConnection connection,
        IReadOnlyList<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var asked = requests
            .Select(request => (Provider: request.ProviderId!.Value, Token: request.SubmittedToken ?? Guid.Empty))
            .Distinct()
            .ToList();
        await using var command = new NpgsqlCommand(SelectSubmitters, connection);
        command.Parameters.AddColumn(asked, pair => pair.Provider);
        command.Parameters.AddColumn(asked, pair => pair.Token);
        var submitters = new Dictionary<(Guid, Guid), Submitter>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            submitters.Add(
                (reader.GetGuid(0), reader.GetGuid(1)),
                new Submitter(reader.GetString(2), reader.GetBoolean(3), reader.IsDBNull(4) ? null : reader.GetString(4))
            );
        }

        return submitters;
    }

    private sealed record Submitter(string Provider, bool IsTokenKnown, string? Holder);
}
