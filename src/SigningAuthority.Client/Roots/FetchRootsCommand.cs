using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Log;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Roots;

/// <summary><c>signctl roots fetch</c>: all published roots into a folder, each proven before the first is written.</summary>
internal static class FetchRootsCommand
{
    private const long LargestFile = 4 << 20;

    // A version may come out between the list and the last file of it.
    private const int Attempts = 3;

    // The service looks for a new version every 2 s, and several of them not at once.
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Build()
    {
        var output = new Option<string>("--out")
        {
            Description = "Folder; made if missing. Files there are replaced once all are verified, and never by an earlier version.",
            Required = true,
        };
        var service = new ServiceOptions();
        var keys = new LogKeyOptions();
        var token = EnvironmentDefault.Option(
            "--token",
            "SA_PROVIDER_TOKEN",
            "A provider's token, not needed: with it the authority knows that you have the newest roots."
        );
        var command = new DocumentedCommand(
            "fetch",
            "Fetches every published root and bundle, and verifies the manifest's signature and each file with the log's key.",
            "signctl roots fetch --out roots --key log.pub"
        )
        {
            output,
            token,
        };
        service.AddTo(command);
        keys.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var (address, bearer) = (service.Read(parsed), EnvironmentDefault.Read(parsed, token, "SA_PROVIDER_TOKEN"));
                using var connection = bearer is null
                    ? ServiceConnection.ForAnybody(address, LargestFile)
                    : ServiceConnection.ForBearer(address, bearer, LargestFile);
                await RunAsync(connection, new RootsFolder(parsed.GetRequiredValue(output)), keys.Read(parsed), cancellation);
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static async Task RunAsync(ServiceConnection connection, RootsFolder folder, NoteKey key, CancellationToken cancellation)
    {
        var kept = folder.HasManifest ? await ReadKeptAsync(folder, key, cancellation) : null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var manifest = await FetchManifestAsync(connection, key, cancellation);
                if (kept is not null)
                    manifest.RequireNotBefore(kept);
                await folder.WriteAsync(manifest, await FetchFilesAsync(connection, manifest, cancellation), cancellation);
                RootsTable.Print(manifest.Content);
                return;
            }
            catch (Exception wrong)
                when (attempt < Attempts && wrong is LogDefectException or RefusedByServiceException { Problem.Status: 404 })
            {
                // Once more, before anybody is accused.
                await Task.Delay(BetweenAttempts, cancellation);
            }
        }
    }

    private static async Task<SignedManifest> ReadKeptAsync(RootsFolder folder, NoteKey key, CancellationToken cancellation)
    {
        try
        {
            return await folder.ReadManifestAsync(key, cancellation);
        }
        catch (LogDefectException wrong)
        {
            throw new InvalidInputException(
                $"The folder holds a manifest that this key does not vouch for ({wrong.Message}); give another."
            );
        }
    }

    private static async Task<SignedManifest> FetchManifestAsync(
        ServiceConnection connection,
        NoteKey key,
        CancellationToken cancellation
    ) =>
        SignedManifest.Verify(
            await FetchAsync(connection, SignedManifest.Name, cancellation),
            await FetchAsync(connection, SignedManifest.SignatureName, cancellation),
            key
        );

    private static async Task<IReadOnlyList<(string, byte[])>> FetchFilesAsync(
        ServiceConnection connection,
        SignedManifest manifest,
        CancellationToken cancellation
    )
    {
        var files = new List<(string, byte[])>();
        foreach (var listed in manifest.Content.Files)
        {
            var octets = await FetchAsync(connection, listed.Name, cancellation);
            SignedManifest.RequireFile(listed, octets);
            files.Add((listed.Name, octets));
        }

        return files;
    }

    private static async Task<byte[]> FetchAsync(ServiceConnection connection, string name, CancellationToken cancellation)
    {
        var reply = await connection.GetAsync("/roots/" + name, Patience, cancellation);
        return reply.Problem is { } problem ? throw new RefusedByServiceException(problem) : reply.Body;
    }
}
