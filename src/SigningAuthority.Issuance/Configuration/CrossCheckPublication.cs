using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>The part of the checks that looks at addresses in certificates and at OCSP responders.</summary>
internal sealed partial class CrossCheck
{
    // A responder's certificate is not checked for revocation (RFC 6960 §4.2.2.2.1): its life is how long a stolen key would be believed.
    private const int LongestResponderDays = 90;

    private void CheckPublication(CertificateProfile profile)
    {
        var isResponder = profile.For == RequestKind.OcspResponder;
        Require(profile.Addresses.Distinct().Count() == profile.Addresses.Count, profile, "$.addresses", "Each kind of address once.");
        Require(
            !isResponder || profile.Addresses.Count == 0,
            profile,
            "$.addresses",
            "A responder's certificate is not asked after: to check it, clients would need the responder that it belongs to."
        );
        Require(
            profile.OcspNoCheck == isResponder,
            profile,
            "$.ocspNoCheck",
            "True for OcspResponder (RFC 6960 §4.2.2.2.1) and for nothing else: what is not checked is never known to be revoked."
        );
        if (!isResponder)
            return;

        Require(
            profile.ValidityDays <= LongestResponderDays,
            profile,
            "$.validityDays",
            $"A responder lives {LongestResponderDays} days at most."
        );
        Require(
            profile.KeyUsage is [KeyUsageBit.DigitalSignature],
            profile,
            "$.keyUsage",
            "A responder signs responses and does nothing else: DigitalSignature alone."
        );
        foreach (var authority in _files.Authorities.Where(authority => authority.Purpose != AuthorityPurpose.LogKey))
        {
            foreach (var (type, bound, length) in SubjectTemplate.FindTooLong(profile.Subject, SubjectTemplate.ResponderValues(authority)))
                Add(profile, "$.subject", $"{type} has {length} characters for {authority.Id}; {bound} at most.");
        }
    }
}
