using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Api.Auditors;

/// <summary>Who has which version of the published roots.</summary>
/// <param name="Version">The newest of the manifest; 0 before the first.</param>
/// <param name="Behind">Providers that were not seen to take the newest client bundle, by token or kit. One that fetches without a token is not seen.</param>
/// <param name="Fetches">By caller and file, what was taken last first.</param>
internal sealed record RootFetchList(long Version, IReadOnlyList<string> Behind, IReadOnlyList<RootFetchView> Fetches);

/// <param name="Version">The first that listed the file so; absent for what none lists.</param>
/// <param name="IsNewest">Whether the newest lists it so.</param>
internal sealed record RootFetchView(
    string Caller,
    string? Provider,
    string File,
    string Sha256,
    long? Version,
    bool IsNewest,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    long Times
);

/// <summary>GET /api/v1/audit/root-fetches?provider= and the same for operators. Asking is an entry itself.</summary>
internal sealed class ListRootFetches(RootFetches fetches, PublishedManifests manifests, AppendLogEntries log, TimeProvider time)
{
    public const string Path = "/api/v1/audit/root-fetches";
    public const string OperatorsPath = "/api/v1/operator/root-fetches";

    private const string Provider = "provider";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var values = new QueryValues(context.Request.Query);
        values.RequireKnown([Provider]);
        var provider = values.Text(Provider);
        if (values.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(values.Violations);

        await log.AppendAsync([ToEntry(context, provider)], context.RequestAborted);
        var versions = new RootVersions([.. manifests.All.Select(manifest => manifest.Content)]);
        var behind = await fetches.WithoutAsync(versions.NewestClientBundle, context.RequestAborted);
        var found = await fetches.ListAsync(provider, context.RequestAborted);
        return Results.Json(
            new RootFetchList(
                versions.Version,
                [.. behind.Where(name => provider is null || name == provider)],
                [.. found.Select(fetch => Describe(fetch, versions))]
            )
        );
    }

    public static void Map(IEndpointRouteBuilder routes, string path, string name) =>
        routes
            .MapGet(path, (ListRootFetches handler, HttpContext context) => handler.HandleAsync(context))
            .WithName(name)
            .WithSummary("Who took which version of the roots, and which providers have not taken the newest client bundle.")
            .Produces<RootFetchList>()
            .AnswersProblems(400)
            .HasQuery(Provider, "A provider's name; all without it.");

    private static RootFetchView Describe(RootFetch fetch, RootVersions versions) =>
        new(
            fetch.Caller,
            fetch.Provider,
            fetch.File,
            Convert.ToHexStringLower(fetch.Sha256),
            versions.FirstWith(fetch.File, fetch.Sha256),
            versions.IsNewest(fetch.File, fetch.Sha256),
            fetch.FirstAt,
            fetch.LastAt,
            fetch.Times
        );

    private EntriesQueried ToEntry(HttpContext context, string? provider) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = Caller.Of(context).Actor,
            Query = "root-fetches" + (provider is null ? "" : $"?{Provider}={provider}"),
            Format = "json",
        };
}
