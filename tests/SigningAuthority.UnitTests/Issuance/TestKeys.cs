using System.Security.Cryptography;

namespace SigningAuthority.UnitTests.Issuance;

/// <summary>Keys made for this run, each once: none is committed. Not disposed, they live as long as the tests.</summary>
internal static class TestKeys
{
    private static readonly Lazy<RSA> ProviderKey = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> OtherKey = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> AuthorityKey = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> LargerKey = new(() => RSA.Create(3072));
    private static readonly Lazy<RSA> ShortKey = new(() => RSA.Create(1024));
    private static readonly Lazy<ECDsa> CurveKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static RSA Provider => ProviderKey.Value;

    public static RSA Other => OtherKey.Value;

    public static RSA Authority => AuthorityKey.Value;

    public static RSA Rsa3072 => LargerKey.Value;

    public static RSA Rsa1024 => ShortKey.Value;

    public static ECDsa Curve => CurveKey.Value;
}
