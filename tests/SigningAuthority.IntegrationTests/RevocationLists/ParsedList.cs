using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>A revocation list as BouncyCastle reads it.</summary>
internal sealed class ParsedList
{
    private readonly X509Crl _list;

    public ParsedList(byte[] der)
    {
        _list = new X509CrlParser().ReadCrl(der);
        Number = ReadNumber(X509Extensions.CrlNumber)!.LongValue;
        BaseNumber = ReadNumber(X509Extensions.DeltaCrlIndicator)?.LongValue;
        Entries = (_list.GetRevokedCertificates()?.Cast<X509CrlEntry>() ?? []).ToDictionary(
            entry => entry.SerialNumber.ToString(16).ToUpperInvariant(),
            ReasonOf
        );
    }

    public long Number { get; }

    public long? BaseNumber { get; }

    /// <summary>Serial number to reason; 0 where none is given.</summary>
    public IReadOnlyDictionary<string, int> Entries { get; }

    public DateTime ThisUpdate => _list.ThisUpdate;

    public DateTime NextUpdate => _list.NextUpdate.Value;

    public IReadOnlyList<string> CriticalExtensions => [.. _list.GetCriticalExtensionOids().Cast<string>()];

    /// <summary>The one address in the issuingDistributionPoint; null without one.</summary>
    public string? DistributionPoint =>
        _list.GetExtensionValue(X509Extensions.IssuingDistributionPoint) is { } value
            ? AddressIn(IssuingDistributionPoint.GetInstance(X509ExtensionUtilities.FromExtensionValue(value)).DistributionPoint)
            : null;

    /// <exception cref="GeneralSecurityException">It is not signed by this key.</exception>
    public void Verify(AsymmetricKeyParameter key) => _list.Verify(key);

    private static string AddressIn(DistributionPointName name) =>
        DerIA5String.GetInstance(GeneralNames.GetInstance(name.Name).GetNames().Single().Name).GetString();

    private BigInteger? ReadNumber(DerObjectIdentifier extension) =>
        _list.GetExtensionValue(extension) is { } value
            ? DerInteger.GetInstance(X509ExtensionUtilities.FromExtensionValue(value)).Value
            : null;

    private static int ReasonOf(X509CrlEntry entry) =>
        entry.GetExtensionValue(X509Extensions.ReasonCode) is { } value
            ? DerEnumerated.GetInstance(X509ExtensionUtilities.FromExtensionValue(value)).Value.IntValue
            : 0;
}
