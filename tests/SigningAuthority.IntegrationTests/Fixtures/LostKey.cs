namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Revocation by whoever has the key: `signctl revoke --certificate --key`, good for every kind of certificate.</summary>
internal static class LostKey
{
    /// <param name="authority">Who issued it.</param>
    /// <param name="certificate">PEM file.</param>
    /// <param name="key">PEM file.</param>
    public static async Task ReportAsync(RunningAuthority authority, string certificate, string key) =>
        (
            await RunningAuthority.SignctlAsync(
                "revoke",
                "--certificate",
                certificate,
                "--key",
                key,
                "--reason",
                "keyCompromise",
                "--url",
                authority.Address.AbsoluteUri,
                "--cacert",
                authority.ServiceRootFile
            )
        ).MustSucceed();
}
