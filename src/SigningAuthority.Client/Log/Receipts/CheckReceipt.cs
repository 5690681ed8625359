using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Receipts;

/// <summary>
/// What a receipt proves of a certificate (C2SP tlog-proof, with the entry itself as extra data, which counts only since its hash
/// is what is proven to be included).
/// </summary>
internal static class CheckReceipt
{
    /// <exception cref="InvalidInputException">The certificate's file holds none.</exception>
    /// <exception cref="LogDefectException">The receipt proves nothing, or something of another certificate.</exception>
    public static ProvenIssuance Run(byte[] certificateFile, byte[] receiptFile, NoteKey key)
    {
        using var certificate = ReadCertificate(certificateFile);
        var receipt = ReadReceipt(receiptFile);

        // 1. The log's key has signed this checkpoint.
        var checkpoint = TrustedCheckpoint.Verify(receipt.Checkpoint, key);

        // 2. The tree of that checkpoint contains exactly these octets, at this place.
        var index = receipt.Inclusion.LeafIndex;
        if (
            receipt.Inclusion.TreeSize != checkpoint.Size
            || !receipt.Inclusion.Verify(MerkleTree.LeafHash(receipt.Entry), checkpoint.Head.RootHash)
        )
            throw new LogDefectException(
                FindingCodes.EntryNotIncluded,
                "the entry in the receipt and its proof do not lead to the root that the log signed.",
                index
            );

        // 3. They say that a certificate was issued, and it is this one.
        var entry = ReadEntry(receipt.Entry, index);
        RequireSame(entry, certificate, index);
        return new ProvenIssuance
        {
            Index = index,
            TreeSize = checkpoint.Size,
            Log = checkpoint.Head.Origin,
            IssuedAt = entry.At,
            Subject = entry.Subject,
            Authority = entry.Details.GetValueOrDefault("authority"),
            SerialNumber = entry.Details["serialNumber"],
            Sha256 = entry.Fingerprint!,
            ToBeSignedSha256 = entry.Details["toBeSignedSha256"],
            RequestId = entry.RequestId,
            IssuedBy = entry.Actor,
        };
    }

    private static StoredEntry ReadEntry(byte[] octets, long index)
    {
        try
        {
            var entry = StoredEntry.Read(octets);
            return entry.Type == CertificateIssued.TypeName
                ? entry
                : throw new LogDefectException(
                    FindingCodes.NotAnIssuance,
                    $"the entry is a {PlainText.Of(entry.Type, 100)}, which says of no certificate that it was issued.",
                    index
                );
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(LogFindingCodes.EntryUnreadable, wrong.Message, index);
        }
    }

    private static void RequireSame(StoredEntry entry, X509Certificate2 certificate, long index)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));
        if (entry.Fingerprint != sha256)
            throw new LogDefectException(
                FindingCodes.AnotherCertificate,
                $"the receipt is for the certificate with SHA-256 {PlainText.Of(entry.Fingerprint, 64)}, and this one has {sha256}.",
                index
            );

        // The hash alone settles which certificate it is; that the rest agrees shows that the entry tells the truth about it.
        var toBeSigned = SignedCertificate.ToBeSignedIn(certificate.RawDataMemory);
        var differing = new[]
        {
            ("serialNumber", certificate.SerialNumber),
            ("toBeSignedSha256", Convert.ToHexStringLower(SHA256.HashData(toBeSigned.Span))),
            ("notBefore", TimeOf(certificate.NotBefore)),
            ("notAfter", TimeOf(certificate.NotAfter)),
        }
            .Where(member => entry.Details.GetValueOrDefault(member.Item1) != member.Item2)
            .Select(member => $"{member.Item1} is {PlainText.Of(entry.Details.GetValueOrDefault(member.Item1), 100)}, not {member.Item2}")
            .ToList();
        if (differing.Count > 0)
            throw new LogDefectException(
                FindingCodes.EntryContradictsCertificate,
                $"the entry says of the certificate what it is not: {string.Join("; ", differing)}.",
                index
            );
    }

    // As entries spell times (IssuanceLog/Entries/README.md).
    private static string TimeOf(DateTime local) =>
        local.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static Receipt ReadReceipt(byte[] file)
    {
        try
        {
            return Receipt.Parse(file);
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(FindingCodes.ReceiptMalformed, wrong.Message);
        }
    }

    private static X509Certificate2 ReadCertificate(byte[] file)
    {
        try
        {
            // The first of a PEM file: a server's certificate stands before what follows it.
            var certificate = X509CertificateLoader.LoadCertificate(file);
            _ = SignedCertificate.ToBeSignedIn(certificate.RawDataMemory);
            return certificate;
        }
        catch (Exception wrong) when (wrong is CryptographicException or AsnContentException)
        {
            throw new InvalidInputException($"the first file holds no certificate: {wrong.Message}");
        }
    }
}
