using System.Security.Cryptography;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Storage;

namespace SigningAuthority.Signer.Rollover;

/// <summary>Signs a copy's certificates anew by the one issuance procedure, with keys and a key room of its own, and measures it.</summary>
internal static class RehearseCompromise
{
    /// <param name="copy">Of the database.</param>
    /// <param name="configurationFolder">The running configuration.</param>
    /// <param name="plan">What is to be signed anew.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="actor">As the copy's log names it.</param>
    /// <param name="tell">Told now and then.</param>
    /// <param name="cancellation">Ends it; nothing is left but the copy.</param>
    /// <exception cref="OperatorException">The copy's key room ended, or signed nothing.</exception>
    public static async Task<ResigningProgress> RunAsync(
        DatabaseCopy copy,
        string configurationFolder,
        CompromisePlan plan,
        long most,
        string actor,
        Action<ResigningProgress> tell,
        CancellationToken cancellation
    )
    {
        var folder = Directory.CreateTempSubdirectory("sa-rehearsal-").FullName;
        try
        {
            var (keys, config, state) = (Made(folder, "keys"), Made(folder, "ca-config"), Made(folder, "state"));
            var passphrase = Path.Combine(folder, "passphrase");
            await File.WriteAllTextAsync(passphrase, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), cancellation);

            var configuration = ScratchConfiguration.Write(configurationFolder, config, plan.Generation, DateTimeOffset.UtcNow);
            await ScratchKeys.MakeAsync(copy.ConnectionString, configuration, keys, passphrase, cancellation);
            await using var signer = ScratchSigner.Start(copy.As("sa_signer"), config, keys, passphrase, state);
            await using var asOperator = PostgresConnections.Build(copy.As("sa_operator"), "signing-authority rehearsal");
            return await new ResignCertificates(asOperator, configuration, actor, TimeProvider.System).RunAsync(
                plan.Authority,
                plan.Generation,
                window: 4000,
                most,
                progress =>
                {
                    signer.RequireRunning();
                    tell(progress);
                },
                cancellation
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Made(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
