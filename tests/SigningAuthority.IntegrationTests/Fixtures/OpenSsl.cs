namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The openssl program, as providers and stations use it.</summary>
internal static class OpenSsl
{
    /// <exception cref="InvalidOperationException">It ended with another status than 0.</exception>
    public static async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).MustSucceed().Output;

    public static Task<ProgramResult> TryAsync(params string[] arguments) => ExternalProgram.RunAsync("openssl", arguments);
}
