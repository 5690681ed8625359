using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Lineage;

namespace SigningAuthority.Api.Providers;

/// <summary>A request that follows the one shown.</summary>
internal sealed record SuccessorView(Guid Id, string Status, string Href)
{
    public static IReadOnlyList<SuccessorView>? Of(IEnumerable<Successor> successors, SuccessionKind kind)
    {
        var found = successors
            .Where(successor => successor.Kind == kind)
            .Select(successor => new SuccessorView(
                successor.Id.Value,
                successor.State.ToString(),
                $"{ProviderRequest.Path}/{successor.Id}"
            ))
            .ToList();
        return found.Count == 0 ? null : found;
    }
}

/// <summary>That a certificate is revoked, or to be.</summary>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Replacement">The issued request that took its place, where that is the reason.</param>
/// <param name="EffectiveAt">Since when OCSP and the revocation lists say so; left out while the key room has not decided.</param>
internal sealed record RevocationView(string Reason, DateTimeOffset At, Guid? Replacement, DateTimeOffset? EffectiveAt)
{
    public static RevocationView Of(RevocationMark mark) => new(mark.Reason, mark.At, mark.Replacement?.Value, mark.EffectiveAt);
}

/// <summary>Adds to requests as their provider sees them what became of them after they were issued.</summary>
internal sealed class ShowLineage(RequestLineages lineages)
{
    public async Task<IReadOnlyList<ProviderRequest>> AddAsync(IReadOnlyList<ProviderRequest> requests, CancellationToken cancellation)
    {
        SigningRequestId[] issued =
        [
            .. requests.Where(request => request.Status == nameof(RequestState.Issued)).Select(request => new SigningRequestId(request.Id)),
        ];
        if (issued.Length == 0)
            return requests;

        var lineage = await lineages.ReadAsync(issued, cancellation);
        return [.. requests.Select(request => Add(request, lineage))];
    }

    public async Task<ProviderRequest> AddAsync(ProviderRequest request, CancellationToken cancellation) =>
        (await AddAsync([request], cancellation))[0];

    private static ProviderRequest Add(ProviderRequest request, RequestLineage lineage)
    {
        var id = new SigningRequestId(request.Id);
        var marks = lineage.Revocations[id].ToDictionary(mark => mark.Authority, RevocationView.Of);
        return request with
        {
            RenewedBy = SuccessorView.Of(lineage.Successors[id], SuccessionKind.Renewal),
            ReplacedBy = SuccessorView.Of(lineage.Successors[id], SuccessionKind.Replacement),
            Certificates =
            [
                .. request.Certificates.Select(certificate =>
                    certificate with
                    {
                        RevocationRequested = marks.GetValueOrDefault(certificate.Generation),
                    }
                ),
            ],
        };
    }
}
