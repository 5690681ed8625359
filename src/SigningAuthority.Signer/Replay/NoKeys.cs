using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Replay;

/// <summary>The key store of somebody who decides and never signs.</summary>
internal sealed class NoKeys : IKeyStore
{
    public string Describe() => "no keys: requests are decided, nothing is signed";

    public void Probe() => throw new InvalidOperationException(Describe());

    public bool Exists(string label) => false;

    public SigningKey Open(string label) => throw new InvalidOperationException(Describe());

    public SigningKey Create(string label, KeyAlgorithm algorithm) => throw new InvalidOperationException(Describe());

    public void Dispose() { }
}
