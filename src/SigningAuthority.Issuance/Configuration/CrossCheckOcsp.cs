using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <content>What the policy says of answers to OCSP questions.</content>
internal sealed partial class CrossCheck
{
    private void CheckOcsp()
    {
        var ocsp = _files.Policy.Ocsp;
        // A week is more than any client waits for news of a revocation.
        Require(ocsp.ResponseHours is >= 1 and <= 168, _files.Policy, "$.ocsp.responseHours", "1 to 168 hours.");
        Require(
            ocsp.RefreshBeforeHours >= 0 && ocsp.RefreshBeforeHours < ocsp.ResponseHours,
            _files.Policy,
            "$.ocsp.refreshBeforeHours",
            "0 or more, and fewer than responseHours."
        );
        Require(ocsp.CacheSeconds is >= 0 and <= 3600, _files.Policy, "$.ocsp.cacheSeconds", "0 to 3,600 seconds.");
        // An answer that outlives the certificate of who signed it is refused by whoever gets it.
        Require(
            ocsp.RenewDaysBefore is >= 1 and <= 365 && ocsp.RenewDaysBefore * 24 > ocsp.ResponseHours,
            _files.Policy,
            "$.ocsp.renewDaysBefore",
            "1 to 365 days, and more than responseHours."
        );
        Require(
            _files
                .Profiles.Where(profile => profile.For == RequestKind.OcspResponder)
                .All(profile => profile.ValidityDays > ocsp.RenewDaysBefore),
            _files.Policy,
            "$.ocsp.renewDaysBefore",
            "Fewer days than the OcspResponder profile's certificates live."
        );
        Require(ocsp.KeyDays is >= 1 and <= TenYears, _files.Policy, "$.ocsp.keyDays", "1 to 3,650 days.");
        Require(ocsp.MostOnDemandPerSecond is >= 1 and <= 100_000, _files.Policy, "$.ocsp.mostOnDemandPerSecond", "1 to 100,000.");
        Require(
            ocsp.MostOnDemandPerAddress >= 1 && ocsp.MostOnDemandPerAddress <= ocsp.MostOnDemandPerSecond,
            _files.Policy,
            "$.ocsp.mostOnDemandPerAddress",
            "1 to mostOnDemandPerSecond."
        );
    }
}
