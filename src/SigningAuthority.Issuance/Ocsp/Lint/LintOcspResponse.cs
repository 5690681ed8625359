using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.Ocsp.Lint;

/// <summary>What a response was to say.</summary>
/// <param name="Responder">Who would sign.</param>
/// <param name="ProducedAt">Whole seconds.</param>
/// <param name="Singles">One an id, in the request's order.</param>
/// <param name="Nonce">The request's own; null for none.</param>
public sealed record OcspResponsePlan(
    OcspResponderCertificate Responder,
    DateTimeOffset ProducedAt,
    IReadOnlyList<OcspSingleResponse> Singles,
    byte[]? Nonce
);

/// <summary>
/// The last look at the very bytes of a ResponseData about to be signed: decoded anew, and held against the plan, the responder and RFC
/// 6960. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintOcspResponse
{
    /// <returns>Empty when the bytes may be signed.</returns>
    public static IReadOnlyList<LintFinding> Find(ReadOnlyMemory<byte> responseData, OcspResponsePlan plan)
    {
        try
        {
            return [.. FindIn(DecodedResponseData.Decode(responseData), plan)];
        }
        catch (AsnContentException exception)
        {
            return [new LintFinding("ocsp-malformed", "RFC 6960 §4.2.1", exception.Message)];
        }
    }

    private static IEnumerable<LintFinding> FindIn(DecodedResponseData data, OcspResponsePlan plan)
    {
        if (!data.ResponderKeyHash.Span.SequenceEqual(KeyHashIn(plan.Responder.SubjectPublicKeyInfo)))
            yield return new("ocsp-responder-id", "RFC 6960 §4.2.1", "The responderID is not the SHA-1 of the responder's key.");
        if (data.ProducedAt != plan.ProducedAt)
            yield return new("ocsp-produced-at", "RFC 6960 §4.2.1", $"producedAt is {data.ProducedAt:O}, not {plan.ProducedAt:O}.");
        if (data.ProducedAt < plan.Responder.NotBefore || data.ProducedAt > plan.Responder.NotAfter)
            yield return new(
                "ocsp-responder-outlived",
                "RFC 6960 §4.2.2.2",
                $"producedAt is not within the responder's {plan.Responder.NotBefore:O} to {plan.Responder.NotAfter:O}."
            );
        foreach (var finding in FindInNonce(data, plan))
            yield return finding;

        if (data.Singles.Count == 0 || data.Singles.Count != plan.Singles.Count)
            yield return new(
                "ocsp-singles",
                "RFC 6960 §4.2.2.3",
                $"There are {data.Singles.Count} answers; {plan.Singles.Count} should be, and at least one."
            );
        foreach (var (single, planned) in data.Singles.Zip(plan.Singles))
        {
            foreach (var finding in FindInSingle(single, planned, data.ProducedAt, plan.Responder))
                yield return finding;
        }
    }

    private static IEnumerable<LintFinding> FindInNonce(DecodedResponseData data, OcspResponsePlan plan)
    {
        var nonces = data.Extensions.Where(extension => extension.Oid == "1.3.6.1.5.5.7.48.1.2").ToList();
        if (plan.Nonce is not { } nonce)
        {
            if (nonces.Count > 0)
                yield return new("ocsp-nonce-unasked", "RFC 9654 §2.1", "There is a nonce that nobody sent.");
        }
        else if (
            nonces is not [{ Critical: false } found]
            || !AsnDecoder.ReadOctetString(found.Value.Span, AsnEncodingRules.DER, out var used).AsSpan().SequenceEqual(nonce)
            || used != found.Value.Length
            || nonce.Length is 0 or > 128
        )
            yield return new(
                "ocsp-nonce",
                "RFC 9654 §2.1",
                "The nonce is missing, critical, there twice, not 1 to 128 octets, or another."
            );
        foreach (var foreign in data.Extensions.Where(extension => extension.Oid != "1.3.6.1.5.5.7.48.1.2"))
            yield return new("ocsp-extension-foreign", "RFC 6960 §4.4", $"{foreign.Oid} is in no response of ours.");
    }

    private static IEnumerable<LintFinding> FindInSingle(
        DecodedSingle single,
        OcspSingleResponse planned,
        DateTimeOffset producedAt,
        OcspResponderCertificate responder
    )
    {
        if (!single.CertId.Span.SequenceEqual(planned.Id.Der))
            yield return new(
                "ocsp-cert-id",
                "RFC 6960 §4.2.2.3",
                "An answer is for another certificate than was asked after, or out of order."
            );
        if (single.ThisUpdate != planned.ThisUpdate || single.NextUpdate != planned.NextUpdate)
            yield return new(
                "ocsp-times",
                "RFC 6960 §4.2.2.1",
                $"The answer is of {single.ThisUpdate:O} and {single.NextUpdate:O}, planned were {planned.ThisUpdate:O} and {planned.NextUpdate:O}."
            );
        if (single.ThisUpdate > producedAt)
            yield return new(
                "ocsp-this-update",
                "RFC 6960 §4.2.2.1",
                "thisUpdate is after producedAt: clients refuse what is not valid yet."
            );
        if (single.NextUpdate is { } next && (next <= single.ThisUpdate || next < producedAt))
            yield return new("ocsp-next-update", "RFC 6960 §4.2.2.1", "nextUpdate is not after thisUpdate, or before producedAt.");
        // RFC 5019 §2.2.1 has clients cache until nextUpdate; the certificate that the response carries must be good till then.
        if (single.NextUpdate > responder.NotAfter)
            yield return new("ocsp-next-update-too-late", "RFC 5019 §6.1, RFC 6960 §4.2.2.2", "nextUpdate is after the responder's end.");

        var (status, revokedAt, reason) = planned.Status switch
        {
            OcspCertificateStatus.Good => (0, (DateTimeOffset?)null, (int?)null),
            OcspCertificateStatus.Revoked revoked => (
                1,
                revoked.At,
                revoked.Reason == RevocationReason.Unspecified ? null : (int)revoked.Reason
            ),
            _ => (2, null, null),
        };
        if ((single.Status, single.RevokedAt, single.Reason) != (status, revokedAt, reason))
            yield return new("ocsp-status", "RFC 6960 §4.2.1", "An answer says something else of its certificate than was planned.");
        if (single.RevokedAt > single.ThisUpdate)
            yield return new("ocsp-revoked-later", "RFC 6960 §4.2.2.1", "The revocation is later than thisUpdate.");
        // RFC 5280 §5.3.1: removeFromCRL is of delta CRLs; 7 is not used; unspecified is left out.
        if (single.Reason is 0 or 7 or 8 or > 10)
            yield return new("ocsp-reason", "RFC 6960 §4.2.1, RFC 5280 §5.3.1", $"{single.Reason} is no reason that a response gives.");
        foreach (var foreign in single.Extensions)
            yield return new("ocsp-single-extension", "RFC 6960 §4.4", $"{foreign.Oid} is in no answer of ours.");
    }

    [SuppressMessage(
        "Security",
        "CA5350",
        Justification = "RFC 6960 §4.2.1: a responder is named by the SHA-1 of its key; it proves nothing."
    )]
    private static byte[] KeyHashIn(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var info = DerSlices.Content(subjectPublicKeyInfo, Asn1Tag.Sequence, out _);
        DerSlices.Next(info, out var algorithm);
        var key = DerSlices.Content(info[algorithm.Length..], Asn1Tag.PrimitiveBitString, out _);
        return SHA1.HashData(key.Span[1..]);
    }
}
