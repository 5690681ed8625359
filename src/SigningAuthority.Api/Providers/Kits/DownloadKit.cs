using System.Security.Cryptography;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>
/// GET …/requests/{id}/kit.zip?listen=&amp;generation=: made anew for each call, and the same bytes for the same request, choice and client
/// roots. The entry of the download is written before the first octet goes out.
/// </summary>
internal sealed class DownloadKit(
    SigningRequestQueries queries,
    PublishedAuthorities authorities,
    PublishedFiles files,
    AwaitReceipt receipts,
    ServeLogKey logKey,
    RootFetches fetches,
    ApiSettings settings,
    TimeProvider time
)
{
    private const string ClientBundle = RootFiles.ClientBundle + ".pem";

    // A certificate that was issued this moment has its receipt in a second; where the log lane is away the kit goes without.
    private static readonly TimeSpan ForReceipts = TimeSpan.FromSeconds(3);

    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var values = new QueryValues(context.Request.Query);
        var choice = KitChoice.Read(context.Request.Query, values);
        if (values.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(values.Violations);

        var caller = Caller.Of(context);
        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(caller.Id, requestId, context.RequestAborted) is not { } found
        )
        {
            return ProblemKinds.NotFound.Because("You have no request of this id.");
        }

        if (
            found.Request is not { State: RequestState.Issued, FinishedAt: { } finishedAt, Fqdn: { } name }
            || found.Certificates.Count == 0
        )
            return ProblemKinds.NotIssued.Because(WhyNotIssued(found.Request));

        var snapshot = authorities.Current;
        var certified = found
            .Certificates.Select(certificate => new KitServer(
                Fqdn.Parse(name),
                ListenAddress.Default,
                certificate,
                snapshot.Find(certificate.Authority)
                    ?? throw new InvalidOperationException($"The root of {certificate.Authority} is not known.")
            ))
            .ToList();
        var configured = choice.Apply(certified, values);
        if (values.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(values.Violations);

        var evidence = await FindEvidenceAsync(certified, context.RequestAborted);
        var clients = files.Bundled(AuthorityPurpose.ClientRoot);
        var kit = ProviderKit.Make(certified, configured, clients, evidence, settings.Publication?.ClientLists, finishedAt);
        await fetches.RecordAsync(
            caller.Actor,
            caller.Id,
            // Who has the kit has the client roots in it.
            [
                .. RootFiles
                    .BundlesOf(clients)
                    .Where(file => file.Name == ClientBundle)
                    .Select(file => (file.Name, Convert.FromHexString(file.Sha256))),
            ],
            ToEntry(caller, found.Request, configured, kit),
            context.RequestAborted
        );
        return Results.File(kit, ProviderKit.MediaType, $"provisioning-{name}.zip");
    }

    private async Task<KitEvidence> FindEvidenceAsync(IReadOnlyList<KitServer> certified, CancellationToken cancellation)
    {
        var found = new Dictionary<string, Receipt>();
        var began = time.GetTimestamp();
        foreach (var server in certified)
        {
            if (await receipts.FindAsync(server.Certificate.Sha256, ForReceipts - time.GetElapsedTime(began), cancellation) is { } receipt)
                found.Add(server.Generation, receipt);
        }

        return new KitEvidence(found, await logKey.FindAsync(cancellation));
    }

    private static string WhyNotIssued(SigningRequestRecord request) =>
        request.State switch
        {
            RequestState.AwaitingApproval => "The request waits for approval; its kit is there once it is issued.",
            RequestState.Queued or RequestState.Signing => "The request is being signed: ask again in some seconds.",
            RequestState.Failed => "Signing failed and was given up for now; the operator can start it again.",
            _ => $"The request is {request.State} and has no certificates: submit another.",
        };

    private KitDownloaded ToEntry(Caller caller, SigningRequestRecord request, IReadOnlyList<KitServer> configured, byte[] kit) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Generations = [.. configured.Select(server => server.Generation)],
            KitSha256 = Convert.ToHexStringLower(SHA256.HashData(kit)),
        };
}
