using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>A store that has one key, whatever it is called.</summary>
internal sealed class OneKeyStore(RSA key) : IKeyStore
{
    public string Describe() => "one key in memory";

    public void Probe() { }

    public bool Exists(string label) => true;

    public SigningKey Open(string label)
    {
        var copy = RSA.Create();
        copy.ImportParameters(key.ExportParameters(includePrivateParameters: true));
        return new FileSigningKey(copy);
    }

    public SigningKey Create(string label, KeyAlgorithm algorithm) => throw new KeyStoreException("There is one.", isTransient: false);

    public void Dispose() { }
}
