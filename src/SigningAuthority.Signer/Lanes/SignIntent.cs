using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What became of one intent: a certificate, or why the signature can't be used.</summary>
internal sealed record SignedIntent(NewIntent Intent, NewCertificate? Certificate, string? Fault);

/// <summary>The only place where an issuing key is used: signs the committed bytes, verifies, compares.</summary>
internal static class SignIntent
{
    /// <exception cref="Issuance.Keys.KeyStoreException">The token could not sign.</exception>
    public static SignedIntent Run(NewIntent intent, SigningRequestRecord request, LaneAuthorities authorities)
    {
        var issuer = authorities.Certificate(intent.Authority);
        var signature = authorities.Key(intent.Authority).Sign(intent.ToBeSigned);
        if (!issuer.Verifies(intent.ToBeSigned, signature))
            return new SignedIntent(intent, null, $"The signature by {intent.Authority} does not verify with its certificate.");

        var der = SignedCertificate.Assemble(intent.ToBeSigned, signature);
        if (!SignedCertificate.ToBeSignedIn(der).Span.SequenceEqual(intent.ToBeSigned))
            return new SignedIntent(intent, null, "The certificate does not hold the bytes of its intent.");

        return new SignedIntent(
            intent,
            new NewCertificate(
                intent.RequestId,
                intent.Authority,
                intent.SerialNumber,
                der,
                SHA256.HashData(der),
                request.PublicKeySha256,
                intent.NotBefore,
                intent.NotAfter
            ),
            null
        );
    }

    public static CertificateIssued EntryOf(NewCertificate certificate, ClaimedRequest work, string actor, DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = actor,
            Subject = work.Request.LogSubject(),
            RequestId = certificate.RequestId.Value,
            Mac = work.Request.Mac,
            Serial = work.Request.Serial,
            Fingerprint = Convert.ToHexStringLower(certificate.Sha256),
            Authority = certificate.Authority,
            SerialNumber = certificate.SerialNumber.Hex,
            ToBeSignedSha256 = Convert.ToHexStringLower(SHA256.HashData(SignedCertificate.ToBeSignedIn(certificate.Der).Span)),
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
        };
}
