using System.Text;
using SigningAuthority.IssuanceLog.Proofs;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>What proves, offline and for good, that the kit's certificates were issued in the open.</summary>
/// <param name="Receipts">By generation; those that the log had when the kit was made.</param>
/// <param name="LogKey">The log's verifier key with its line feed; null before its first checkpoint.</param>
internal sealed record KitEvidence(IReadOnlyDictionary<string, Receipt> Receipts, string? LogKey)
{
    public const string KeyFile = "log.pub";

    public IEnumerable<(string, byte[])> Files =>
        [
            .. Receipts.Select(receipt => (ReceiptFile(receipt.Key), Encoding.UTF8.GetBytes(receipt.Value.Format()))),
            .. LogKey is null ? Array.Empty<(string, byte[])>() : [(KeyFile, Encoding.UTF8.GetBytes(LogKey))],
        ];

    public static string ReceiptFile(string generation) => $"provserver-{generation}{Receipt.FileExtension}";
}
