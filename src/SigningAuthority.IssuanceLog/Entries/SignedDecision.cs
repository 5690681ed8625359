using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What proves that a decision is an officer's own.</summary>
/// <param name="OfficerId">Whose registered key verifies the signature.</param>
/// <param name="Reason">As signed.</param>
/// <param name="StatementSha256">Over the text that was signed.</param>
/// <param name="Signature">ECDSA with SHA-256, DER.</param>
public sealed record SignedDecision(Guid OfficerId, string Reason, string StatementSha256, ReadOnlyMemory<byte> Signature)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("officerId", OfficerId);
        json.WriteText("reason", Reason);
        json.WriteDigest("statementSha256", StatementSha256);
        json.WriteBase64String("signature", Signature.Span);
    }
}
