using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What the entries about a decided revocation have in common.</summary>
/// <param name="Authority">The issuing authority's id in the configuration.</param>
/// <param name="SerialNumber">Upper-case hexadecimal, two digits an octet.</param>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="Asker">As what somebody asked: provider, station, officer, operator, possession, succession or recall.</param>
/// <param name="RequestedBy">The actor who asked.</param>
public sealed record RevocationDetails(string Authority, string SerialNumber, string Reason, string Asker, string RequestedBy)
{
    /// <summary>The asker's own words.</summary>
    public string? Note { get; init; }

    /// <summary>Of the recall that it is part of.</summary>
    public Guid? RecallId { get; init; }

    /// <summary>Authority and serial number of the certificate that was asked for, where this is another one of the same device and key.</summary>
    public string? SameKeyAs { get; init; }

    /// <summary>The issued request that took its place.</summary>
    public Guid? Replacement { get; init; }

    /// <summary>
    /// Over the text that was signed, where somebody signed one. It speaks of the certificate that was asked for: here it stands beside
    /// <see cref="SameKeyAs"/> where that one was revoked before and has no entry of this request.
    /// </summary>
    public string? StatementSha256 { get; init; }

    /// <summary>The officer's (ECDSA, DER) or the certificate's own (RSA PKCS#1 v1.5), with SHA-256.</summary>
    public ReadOnlyMemory<byte>? Signature { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        if (StatementSha256 is null != Signature is null)
            throw new InvalidEntryException("A statement and its signature come together.");

        json.WriteText("authority", Authority);
        json.WriteSerialNumber("serialNumber", SerialNumber);
        json.WriteText("reason", Reason);
        json.WriteText("asker", Asker);
        json.WriteText("requestedBy", RequestedBy);
        json.WriteOptionalText("note", Note);
        if (RecallId is { } recall)
            json.WriteString("recallId", recall);
        json.WriteOptionalText("sameKeyAs", SameKeyAs);
        if (Replacement is { } replacement)
            json.WriteString("replacement", replacement);
        json.WriteOptionalDigest("statementSha256", StatementSha256);
        if (Signature is { } signature)
            json.WriteBase64String("signature", signature.Span);
    }
}
