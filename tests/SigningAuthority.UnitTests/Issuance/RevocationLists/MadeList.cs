using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.UnitTests.Issuance.Certificates;

namespace SigningAuthority.UnitTests.Issuance.RevocationLists;

/// <summary>Lists put together as the key room does, part by part, signed by the sample issuer's key.</summary>
internal static class MadeList
{
    public static readonly DateTimeOffset Now = SamplePlans.Now;

    public static RevocationListPlan Complete(long number = 7) =>
        new(number, Now.AddMinutes(-5), Now.AddDays(7)) { FreshestCrl = SamplePlans.Publication.DeltaCrl("client") };

    public static RevocationListPlan Delta(long baseNumber = 7, long number = 9) =>
        new(number, Now.AddMinutes(-1), Now.AddDays(7)) { BaseNumber = baseNumber };

    public static RevocationListPlan Shard(int shard, string authority = "client") =>
        new(3, Now.AddMinutes(-5), Now.AddDays(7)) { DistributionPoint = SamplePlans.Publication.Crl(authority, shard) };

    public static RevocationListEntry Entry(
        CertificateSerialNumber serialNumber,
        RevocationReason reason = RevocationReason.KeyCompromise
    ) => new(serialNumber, Now.AddHours(-1), reason);

    /// <summary>Entries of drawn numbers, in the order that lists have them in.</summary>
    public static IReadOnlyList<RevocationListEntry> Entries(int count) =>
        InOrder([.. Enumerable.Range(0, count).Select(_ => Entry(CertificateSerialNumber.Draw()))]);

    public static IReadOnlyList<RevocationListEntry> InOrder(params RevocationListEntry[] entries) =>
        [.. entries.OrderBy(entry => entry.SerialNumber.Hex, StringComparer.Ordinal)];

    public static byte[] ToBeSigned(RevocationListPlan plan, params IReadOnlyList<RevocationListEntry> entries)
    {
        var list = entries.Select(entry => ToBeSignedRevocationList.EncodeEntry(entry)).ToList();
        return
        [
            .. ToBeSignedRevocationList.EncodeHead(plan, SamplePlans.Issuer, list.Sum(entry => entry.Length)),
            .. list.SelectMany(entry => entry),
            .. ToBeSignedRevocationList.EncodeTail(plan, SamplePlans.Issuer),
        ];
    }

    public static byte[] Signed(RevocationListPlan plan, params IReadOnlyList<RevocationListEntry> entries) =>
        Sign(ToBeSigned(plan, entries));

    /// <summary>Signed by its hash, as what is too long to hold.</summary>
    public static byte[] Sign(byte[] toBeSigned)
    {
        var signature = TestKeys.Authority.SignHash(SHA256.HashData(toBeSigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return [.. SignedRevocationList.Head(toBeSigned.Length, signature.Length), .. toBeSigned, .. SignedRevocationList.Tail(signature)];
    }
}
