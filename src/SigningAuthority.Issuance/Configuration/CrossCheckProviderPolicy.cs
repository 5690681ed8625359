using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Configuration;

/// <content>What the policy says of providers: approval, renewal, names, notices and limits; and the MAC range kept for tests.</content>
internal sealed partial class CrossCheck
{
    private const int TenYears = 3650;

    private void CheckProviderPolicy()
    {
        CheckApproval();
        CheckNames();
        CheckNotices();
        CheckRevocationLists();
        CheckLimits();
        CheckRevocation();
        CheckTestMacRange();
        Require(
            _files.Policy.Device.GeneratedKeysKeptDays is >= 1 and <= 365,
            _files.Policy,
            "$.device.generatedKeysKeptDays",
            "1 to 365 days."
        );
        Require(_files.Policy.Device.MostReissues is >= 0 and <= 100, _files.Policy, "$.device.mostReissues", "0 to 100.");
        var longest = _files.Policy.ProvisioningServer.Renewal.LongestKeyDays;
        Require(longest is >= 1 and <= TenYears, _files.Policy, "$.provisioningServer.renewal.longestKeyDays", "1 to 3,650 days.");
        var window = _files.Policy.ProvisioningServer.Renewal.WindowDays;
        Require(window is >= 1 and <= TenYears, _files.Policy, "$.provisioningServer.renewal.windowDays", "1 to 3,650 days.");
    }

    private void CheckApproval()
    {
        var approval = _files.Policy.ProvisioningServer.Approval;
        Require(
            approval.ExpiresAfterDays is >= 1 and <= 365,
            _files.Policy,
            "$.provisioningServer.approval.expiresAfterDays",
            "1 to 365 days."
        );
        foreach (var (exception, index) in approval.Generations.Select((exception, index) => (exception, index)))
        {
            var key = $"$.provisioningServer.approval.generations[{index}].generation";
            Require(
                _files.Authorities.Any(authority =>
                    authority.Id == exception.Generation && authority.Purpose == AuthorityPurpose.ServerRoot
                ),
                _files.Policy,
                key,
                $"'{exception.Generation}' is no ServerRoot in authorities/."
            );
            Require(
                approval.Generations.Take(index).All(earlier => earlier.Generation != exception.Generation),
                _files.Policy,
                key,
                $"'{exception.Generation}' is listed twice."
            );
        }
    }

    private void CheckRevocation()
    {
        var revocation = _files.Policy.Revocation;
        foreach (
            var (key, number, most) in ((string, int, int)[])
                [
                    ("mostAlone", revocation.MostAlone, 10_000),
                    ("mostUnsigned", revocation.MostUnsigned, 100_000),
                    ("windowHours", revocation.WindowHours, 720),
                    ("recallExpiresAfterDays", revocation.RecallExpiresAfterDays, 90),
                ]
        )
            Require(number >= 1 && number <= most, _files.Policy, $"$.revocation.{key}", $"1 to {most}.");
    }

    private void CheckNames()
    {
        var names = _files.Policy.Names;
        Require(names.ChallengeHours is >= 1 and <= 720, _files.Policy, "$.names.challengeHours", "1 to 720 hours.");
        Require(names.ProvenForDays is >= 1 and <= TenYears, _files.Policy, "$.names.provenForDays", "1 to 3,650 days.");
        Require(
            names.ReproveDaysBefore >= 0 && names.ReproveDaysBefore < names.ProvenForDays,
            _files.Policy,
            "$.names.reproveDaysBefore",
            "0 or more, and fewer than provenForDays."
        );
        Require(names.MostOpenChallenges is >= 1 and <= 1000, _files.Policy, "$.names.mostOpenChallenges", "1 to 1,000.");
    }

    private void CheckNotices()
    {
        var notices = _files.Policy.Notices;
        Require(
            notices.DaysBefore.All(days => days is >= 1 and <= TenYears)
                && notices.DaysBefore.Zip(notices.DaysBefore.Skip(1)).All(pair => pair.First > pair.Second),
            _files.Policy,
            "$.notices.daysBefore",
            "1 to 3,650 days each, the earliest notice first, each once."
        );
        Require(notices.MostContacts is >= 1 and <= 100, _files.Policy, "$.notices.mostContacts", "1 to 100.");
    }

    private void CheckRevocationLists()
    {
        var crl = _files.Policy.Crl;
        Require(crl.ShardSize is >= 1 and <= 100_000_000, _files.Policy, "$.crl.shardSize", "1 to 100,000,000 certificates.");
        Require(crl.RefreshHours is >= 1 and <= 168, _files.Policy, "$.crl.refreshHours", "1 to 168 hours.");
        Require(crl.OverlapDays is >= 1 and <= 90, _files.Policy, "$.crl.overlapDays", "1 to 90 days.");
        Require(crl.MostEntriesAtOnce is >= 0 and <= 1_000_000, _files.Policy, "$.crl.mostEntriesAtOnce", "0 to 1,000,000.");
        Require(crl.CompleteEveryMinutes is >= 1 and <= 1440, _files.Policy, "$.crl.completeEveryMinutes", "1 to 1,440 minutes.");
        Require(crl.KeepLists is >= 2 and <= 100, _files.Policy, "$.crl.keepLists", "2 to 100.");
    }

    private void CheckLimits()
    {
        foreach (var (limit, index) in _files.Policy.Limits.Select((limit, index) => (limit, index)))
        {
            Require(
                LimitNames.All.Contains(limit.Name),
                _files.Policy,
                $"$.limits[{index}].name",
                $"No limit that this program keeps: {string.Join(", ", LimitNames.All)}."
            );
            Require(
                _files.Policy.Limits.Take(index).All(earlier => earlier.Name != limit.Name),
                _files.Policy,
                $"$.limits[{index}].name",
                $"'{limit.Name}' is listed twice."
            );
            Require(limit.Seconds is >= 1 and <= 86_400, _files.Policy, $"$.limits[{index}].seconds", "1 to 86,400 seconds.");
            Require(limit.Most >= 1, _files.Policy, $"$.limits[{index}].most", "1 or more.");
        }
    }

    private void CheckTestMacRange()
    {
        var range = _files.Policy.Device.TestMacRange;
        Require(
            MacAddress.TryParse(range.First, out var first)
                && MacAddress.TryParse(range.Last, out var last)
                && first.ToString() == range.First
                && last.ToString() == range.Last
                && string.CompareOrdinal(range.First, range.Last) <= 0
                && range.First[..6] == range.Last[..6]
                && _files.Policy.Device.HeldOuis.Contains(range.First[..6]),
            _files.Policy,
            "$.device.testMacRange",
            "Two MAC addresses of one OUI of heldOuis, 12 upper-case hexadecimal digits each, the first not after the last."
        );
    }
}
