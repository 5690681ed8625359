using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Operators;

internal static class RootFetchesCommand
{
    public static Command Create(IConfiguration settings)
    {
        var provider = new Option<string?>("--provider") { Description = "A provider's name; all without it." };
        var command = new Command(
            "fetches",
            """
            Lists who took which version of the published roots: caller, file, the manifest's version, SHA-256, when last, how often; and then
            the providers that were not seen to take the newest client bundle, by token or kit. Who fetches without a token is not seen.

            Examples:
              operator root fetches
              operator root fetches --provider telco
            """
        )
        {
            provider,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(settings, session => ListAsync(session, parsed.GetValue(provider), cancellation))
        );
        return command;
    }

    private static async Task ListAsync(OperatorSession session, string? provider, CancellationToken cancellation)
    {
        if (provider is not null)
            _ = await session.ProviderAsync(provider, cancellation);
        var signed = await new RootManifests(session.Database).ReadAsync(cancellation: cancellation);
        var versions = new RootVersions([.. signed.Select(manifest => RootManifest.Read(manifest.Manifest))]);
        var fetches = new RootFetches(session.Database);
        foreach (var fetch in await fetches.ListAsync(provider, cancellation))
            Console.WriteLine(Describe(fetch, versions));

        var behind = (await fetches.WithoutAsync(versions.NewestClientBundle, cancellation)).Where(name =>
            provider is null || name == provider
        );
        foreach (var name in behind)
            Console.WriteLine($"{name} has not taken the newest client bundle (manifest {versions.Version})");
    }

    private static string Describe(RootFetch fetch, RootVersions versions) =>
        $"{fetch.Caller} {fetch.File} version {versions.FirstWith(fetch.File, fetch.Sha256)?.ToString() ?? "-"}{(versions.IsNewest(fetch.File, fetch.Sha256) ? " newest" : "")} "
        + $"{Convert.ToHexStringLower(fetch.Sha256)} {fetch.LastAt:yyyy-MM-ddTHH:mm:ssZ} {fetch.Times}×";
}
