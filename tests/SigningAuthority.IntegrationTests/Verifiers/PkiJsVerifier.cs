namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>PKI.js, with the purpose looked up by hand: its chain engine leaves that to the caller.</summary>
internal sealed class PkiJsVerifier : Verifier
{
    public override async Task<string?> FindFaultAsync(string leaf, string root, Use use) =>
        FaultOf(await PkiJs.RunAsync(root, leaf, use.Later, "--purpose", use.Purpose));
}
