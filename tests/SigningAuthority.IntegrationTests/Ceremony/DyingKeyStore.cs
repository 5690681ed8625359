using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.IntegrationTests.Ceremony;

/// <summary>A real store whose keys fail at the n-th signature: a ceremony dies there.</summary>
internal sealed class DyingKeyStore(IKeyStore inner, int diesAtSignature) : IKeyStore
{
    private readonly int _diesAt = diesAtSignature;
    private int _signatures;

    /// <summary>The last signature that was made before.</summary>
    public byte[]? LastSignature { get; private set; }

    public string Describe() => inner.Describe();

    public void Probe() => inner.Probe();

    public bool Exists(string label) => inner.Exists(label);

    public SigningKey Open(string label) => new DyingKey(this, inner.Open(label));

    public SigningKey Create(string label, KeyAlgorithm algorithm) => new DyingKey(this, inner.Create(label, algorithm));

    public void Dispose()
    {
        // The inner store is the test's.
    }

    private sealed class DyingKey(DyingKeyStore store, SigningKey key) : SigningKey
    {
        public override KeyAlgorithm Algorithm => key.Algorithm;

        public override byte[] SubjectPublicKeyInfo => key.SubjectPublicKeyInfo;

        public override byte[] SignHash(ReadOnlySpan<byte> sha256) =>
            ++store._signatures < store._diesAt
                ? store.LastSignature = key.SignHash(sha256)
                : throw new KeyStoreException("Died.", isTransient: true);

        protected override void Dispose(bool disposing) => key.Dispose();
    }
}
