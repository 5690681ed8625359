using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>A person who approves, with nothing but the command lines: signctl makes the key, the operator's command registers it.</summary>
internal sealed class OfficerAtTerminal
{
    private readonly RunningAuthority _authority;

    private OfficerAtTerminal(RunningAuthority authority, string name, string keyFile, string publicKeySha256, string token)
    {
        (_authority, Name, KeyFile, PublicKeySha256, Token) = (authority, name, keyFile, publicKeySha256, token);
    }

    public string Name { get; }

    public string KeyFile { get; }

    /// <summary>As keygen printed it.</summary>
    public string PublicKeySha256 { get; }

    public string Token { get; }

    private Dictionary<string, string> Environment =>
        new()
        {
            ["SA_URL"] = _authority.Address.ToString(),
            ["SA_CACERT"] = _authority.ServiceRootFile,
            ["SA_OFFICER_TOKEN"] = Token,
        };

    public static async Task<OfficerAtTerminal> RegisterAsync(RunningAuthority authority, string prefix)
    {
        var name = $"{prefix}-{Guid.NewGuid().ToString("N")[..8]}";
        var (key, publicKey) = (Path.Combine(authority.Scratch, name + ".key"), Path.Combine(authority.Scratch, name + ".pub"));
        var made = (await RunningAuthority.SignctlAsync("officer", "keygen", "--out", key, "--public", publicKey)).MustSucceed();
        var token = await authority.OperatorAsync("officer", "add", name, "--public-key", publicKey);
        return new OfficerAtTerminal(authority, name, key, made.Output.Trim(), token);
    }

    /// <summary>`signctl officer …` as a script runs it: what it prints is JSON.</summary>
    public Task<ProgramResult> RunAsync(params string[] arguments) =>
        ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signctl, "officer", .. arguments], Environment);

    /// <summary>The same as a person sees it.</summary>
    public async Task<string> SeeAsync(params string[] arguments) =>
        (await Terminal.RunAsync([BuiltProgram.Dotnet, BuiltProgram.Signctl, "officer", .. arguments], Environment)).MustSucceed().Output;

    public Task<ProgramResult> ApproveAsync(string request) =>
        RunAsync("approve", request, "--reason", "called the customer back", "--key", KeyFile);

    public Task<ProgramResult> RefuseAsync(string request, string reason) =>
        RunAsync("refuse", request, "--reason", reason, "--key", KeyFile);
}
