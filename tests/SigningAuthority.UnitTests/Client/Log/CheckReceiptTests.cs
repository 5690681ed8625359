using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Log.Receipts;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class CheckReceiptTests : IDisposable
{
    private readonly LogScratch _log = new(300);
    private readonly X509Certificate2 _certificate = MakeCertificate("CN=prov.example.com");

    [Fact]
    public async Task A_certificate_and_its_receipt_are_proven_with_the_key_alone()
    {
        var proven = CheckReceipt.Run(_certificate.RawData, await ReceiptAsync(Issued()), _log.Key);

        Assert.Equal((300, 301), (proven.Index, proven.TreeSize));
        Assert.Equal(_certificate.SerialNumber, proven.SerialNumber);
        Assert.Equal(PlausibleEntries.Start, proven.IssuedAt);
        Assert.Equal("sipura", proven.Authority);
    }

    [Fact]
    public async Task Pem_serves_as_well_as_der()
    {
        var pem = Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem() + "\n");
        Assert.Equal(300, CheckReceipt.Run(pem, await ReceiptAsync(Issued()), _log.Key).Index);
    }

    [Fact]
    public async Task Another_certificate_is_not_proven_by_it()
    {
        using var other = MakeCertificate("CN=prov.example.com");
        var receipt = await ReceiptAsync(Issued());
        Assert.Equal("another-certificate at 300", Find(other.RawData, receipt));
    }

    [Fact]
    public async Task An_entry_that_lies_about_the_certificate_is_found()
    {
        var receipt = await ReceiptAsync(Issued() with { NotAfter = PlausibleEntries.Start.AddYears(3) });
        Assert.Equal("entry-contradicts-certificate at 300", Find(_certificate.RawData, receipt));
    }

    [Fact]
    public async Task An_intent_is_no_issuance()
    {
        var receipt = await ReceiptAsync(PlausibleEntries.Intended(1, 1));
        Assert.Equal("not-an-issuance at 300", Find(_certificate.RawData, receipt));
    }

    [Fact]
    public async Task An_edited_entry_index_or_path_is_not_included()
    {
        var receipt = Receipt.Parse(await ReceiptAsync(Issued()));
        var edited = (Issued() with { Actor = "signer/other" }).Encode();
        Assert.Equal("entry-not-included at 300", Find(_certificate.RawData, Bytes(receipt with { Entry = edited })));
        var elsewhere = receipt.Inclusion with { LeafIndex = 299 };
        Assert.Equal("entry-not-included at 299", Find(_certificate.RawData, Bytes(receipt with { Inclusion = elsewhere })));
        var shorter = receipt.Inclusion with { Path = [.. receipt.Inclusion.Path.Skip(1)] };
        Assert.Equal("entry-not-included at 300", Find(_certificate.RawData, Bytes(receipt with { Inclusion = shorter })));
    }

    [Fact]
    public async Task Another_key_or_a_file_that_is_no_receipt_proves_nothing()
    {
        var receipt = await ReceiptAsync(Issued());
        using var other = new MadeLog(_log.PathOf("other"));
        var found = Assert.Throws<LogDefectException>(() => CheckReceipt.Run(_certificate.RawData, receipt, other.Key));
        Assert.Equal("wrong-log-key", found.Finding.Code);
        Assert.Equal("receipt-malformed at ", Find(_certificate.RawData, receipt[..^5]));
        Assert.Equal("receipt-malformed at ", Find(_certificate.RawData, []));
        Assert.Throws<InvalidInputException>(() => CheckReceipt.Run("no certificate"u8.ToArray(), receipt, _log.Key));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _log.Dispose();
    }

    private CertificateIssued Issued() =>
        new()
        {
            At = PlausibleEntries.Start,
            Actor = "signer/local",
            Subject = "prov.example.com",
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(_certificate.RawData)),
            Authority = "sipura",
            SerialNumber = _certificate.SerialNumber,
            ToBeSignedSha256 = Convert.ToHexStringLower(SHA256.HashData(SignedCertificate.ToBeSignedIn(_certificate.RawData).Span)),
            NotBefore = new DateTimeOffset(_certificate.NotBefore),
            NotAfter = new DateTimeOffset(_certificate.NotAfter),
        };

    private async Task<byte[]> ReceiptAsync(LogEntry entry)
    {
        var index = _log.Made.Size;
        _log.Made.Append(entry.Encode());
        var note = _log.Made.Publish();
        var tree = new TiledTree(_log.Made.Size, _log.Files.ReadWholeTileAsync);
        return Bytes(new Receipt(entry.Encode(), await tree.ProveInclusionAsync(index), note));
    }

    private static byte[] Bytes(Receipt receipt) => Encoding.UTF8.GetBytes(receipt.Format());

    private string Find(byte[] certificate, byte[] receipt)
    {
        var found = Assert.Throws<LogDefectException>(() => CheckReceipt.Run(certificate, receipt, _log.Key));
        return $"{found.Finding.Code} at {found.Finding.Index}";
    }

    private static X509Certificate2 MakeCertificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            PlausibleEntries.Start,
            PlausibleEntries.Start.AddYears(1)
        );
    }
}
