using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>Checks the files of ca-config/ against each other. Each defect names its file and key; all are found in one run.</summary>
internal sealed partial class CrossCheck
{
    private readonly ConfigurationFiles _files;
    private readonly List<ConfigurationDefect> _defects = [];

    private CrossCheck(ConfigurationFiles files) => _files = files;

    public static IReadOnlyList<ConfigurationDefect> FindDefects(ConfigurationFiles files)
    {
        var check = new CrossCheck(files);
        check.CheckAuthorities();
        check.CheckProfiles();
        check.CheckDeviceFamilies();
        check.CheckOrderKeys();
        check.CheckPolicy();
        check.CheckProviderPolicy();
        check.CheckOcsp();
        return check._defects;
    }

    private void CheckAuthorities()
    {
        CheckUnique(_files.Authorities, authority => authority.Id, "$.id");
        CheckUnique(_files.Authorities, authority => authority.KeyLabel, "$.keyLabel");
        CheckUnique(
            _files.Authorities.Where(authority => authority.PublishedAs is not null),
            authority => authority.PublishedAs!,
            "$.publishedAs"
        );
        foreach (var purpose in new[] { AuthorityPurpose.StationAuthority, AuthorityPurpose.ServiceAuthority, AuthorityPurpose.LogKey })
        {
            if (_files.Authorities.Count(authority => authority.Purpose == purpose) != 1)
                _defects.Add(
                    new ConfigurationDefect("authorities/", "$.purpose", $"There must be exactly one authority with purpose {purpose}.")
                );
        }

        CheckPublishedNames();
        CheckSubjectsAreTheirOwn();
        CheckGenerations();
        foreach (var authority in _files.Authorities)
            CheckAuthority(authority);
    }

    private void CheckAuthority(AuthorityDefinition authority)
    {
        Require(StableId().IsMatch(authority.Id), authority, "$.id", $"'{authority.Id}' is no kebab-case id of 1 to 32 characters.");
        Require(
            StableId().IsMatch(authority.KeyLabel),
            authority,
            "$.keyLabel",
            $"'{authority.KeyLabel}' is no kebab-case label of 1 to 32 characters."
        );
        Require(
            authority.PublishedAs is null || StableId().IsMatch(authority.PublishedAs),
            authority,
            "$.publishedAs",
            "No kebab-case name of 1 to 32 characters."
        );
        var isLog = authority.Purpose == AuthorityPurpose.LogKey;
        if (!KeyAlgorithm.TryParse(authority.Key, out var key))
            Add(authority, "$.key", $"'{authority.Key}' is unknown; known are {string.Join(", ", KeyAlgorithm.All)}.");
        else
            Require(
                key.IsRsa != isLog,
                authority,
                "$.key",
                isLog ? "A log key is EC-P256." : "An authority's key is RSA: devices verify nothing else."
            );

        Require(isLog || authority.ValidityYears is >= 1 and <= 50, authority, "$.validityYears", "A root lives 1 to 50 years.");
        Require(
            (authority.Purpose == AuthorityPurpose.ServerRoot) == (authority.DevicesAccept is not null),
            authority,
            "$.devicesAccept",
            "Said for every ServerRoot and for nothing else."
        );
        var lane = authority.Purpose switch
        {
            AuthorityPurpose.LogKey => Lane.Log,
            AuthorityPurpose.ClientRoot or AuthorityPurpose.StationAuthority => Lane.Device,
            _ => Lane.Provider,
        };
        Require(authority.Lane == lane, authority, "$.lane", $"The key of a {authority.Purpose} is held in lane {lane}.");
        Require(
            !string.IsNullOrWhiteSpace(authority.DisplayName),
            authority,
            "$.displayName",
            "An authority has a name that people know it by."
        );
        Require(
            authority.DevicesAccept is null || authority.DevicesAccept.LargestRsaBits >= _files.Policy.Key.SmallestRsaBits,
            authority,
            "$.devicesAccept.largestRsaBits",
            "Smaller than policies/ key.smallestRsaBits: no key would be accepted."
        );
        CheckTolerance(authority);
        if (!isLog)
            CheckSubject(authority, authority.Subject, []);
    }

    private void CheckProfiles()
    {
        CheckUnique(_files.Profiles, profile => profile.Id, "$.id");
        foreach (
            var kind in new[]
            {
                RequestKind.ProvisioningServer,
                RequestKind.Station,
                RequestKind.ServiceTls,
                RequestKind.TestDevice,
                RequestKind.OcspResponder,
            }
        )
        {
            if (_files.Profiles.Count(profile => profile.For == kind) != 1)
                _defects.Add(new ConfigurationDefect("profiles/", "$.for", $"There must be exactly one profile for {kind}."));
        }

        foreach (var profile in _files.Profiles)
            CheckProfile(profile);
    }

    private void CheckProfile(CertificateProfile profile)
    {
        Require(StableId().IsMatch(profile.Id), profile, "$.id", $"'{profile.Id}' is no kebab-case id of 1 to 32 characters.");
        Require(
            profile.For != RequestKind.ResignedDevice,
            profile,
            "$.for",
            "A device's certificate is signed anew by the profile that it was made by: one for Device."
        );
        Require(profile.ValidityDays is >= 1 and <= 20_000, profile, "$.validityDays", "1 to 20,000 days.");
        Require(profile.BackdateMinutes is >= 0 and <= 1440, profile, "$.backdateMinutes", "0 to 1,440 minutes.");
        if (
            CheckSubject(profile, profile.Subject, SubjectTemplate.PlaceholdersOf(profile.For)) & CheckHardwareModule(profile)
            && profile.For is RequestKind.Device or RequestKind.TestDevice
        )
        {
            foreach (var (key, message) in SubjectDefects.FindInDevice(profile.Subject, profile.HardwareModuleName))
                Add(profile, key, message);
        }

        Require(profile.KeyUsage.Count > 0, profile, "$.keyUsage", "At least one bit (RFC 5280 §4.2.1.3).");
        Require(
            profile.For == RequestKind.ProvisioningServer || profile.SubjectAlternativeName == (profile.For == RequestKind.ServiceTls),
            profile,
            "$.subjectAlternativeName",
            "The front door always has names in it, devices and stations never; only a provisioning server's profile has the choice."
        );

        // DOMAIN: the oldest firmware speaks RSA key exchange and DHE_RSA only, so the server's key must do both.
        if (profile.For is RequestKind.ProvisioningServer)
        {
            Require(
                profile.KeyUsage.Contains(KeyUsageBit.DigitalSignature) && profile.KeyUsage.Contains(KeyUsageBit.KeyEncipherment),
                profile,
                "$.keyUsage",
                "A provisioning server needs DigitalSignature and KeyEncipherment: old firmware uses RSA key exchange."
            );
        }

        var purpose = profile.For switch
        {
            RequestKind.ProvisioningServer or RequestKind.ServiceTls => KeyPurpose.ServerAuth,
            RequestKind.OcspResponder => KeyPurpose.OcspSigning,
            _ => KeyPurpose.ClientAuth,
        };
        Require(
            profile.ExtendedKeyUsage is [var only] && only == purpose,
            profile,
            "$.extendedKeyUsage",
            $"A {profile.For} certificate has exactly {purpose}."
        );
        CheckPublication(profile);
    }

    private bool CheckSubject(object owner, IReadOnlyList<NameTemplate> subject, IReadOnlyList<string> placeholders)
    {
        var defects = SubjectDefects.Find(subject, placeholders).ToList();
        defects.ForEach(defect => Add(owner, defect.Key, defect.Message));
        return defects.Count == 0;
    }

    /// <summary>What only a device's profile may have.</summary>
    private bool CheckHardwareModule(CertificateProfile profile)
    {
        Require(
            profile.NotAfter == CertificateEnd.Clamped || profile.For == RequestKind.Device,
            profile,
            "$.notAfter",
            "Only a device's certificate may go without an end of its own (IEEE 802.1AR)."
        );
        if (profile.HardwareModuleName is not { } hardware)
            return true;
        if (profile.For is not (RequestKind.Device or RequestKind.TestDevice))
        {
            Add(profile, "$.hardwareModuleName", "Only devices are hardware modules.");
            return false;
        }

        var defects = SubjectDefects.FindInHardware(hardware, SubjectTemplate.PlaceholdersOf(profile.For)).ToList();
        defects.ForEach(defect => Add(profile, defect.Key, defect.Message));
        return defects.Count == 0;
    }

    private void CheckPolicy()
    {
        var policy = _files.Policy;
        Require(policy.Version.Length is >= 1 and <= 32, policy, "$.version", "1 to 32 characters.");
        Require(
            policy.Key.SmallestRsaBits >= 2048,
            policy,
            "$.key.smallestRsaBits",
            "At least 2048; smaller keys only through a generation's unsafeAllowRsa1024."
        );
        Require(
            policy.Key.LargestRsaBits >= policy.Key.SmallestRsaBits && policy.Key.LargestRsaBits <= 8192,
            policy,
            "$.key.largestRsaBits",
            "From smallestRsaBits to 8192."
        );
        Require(policy.Key.Exponent >= 65537 && policy.Key.Exponent % 2 == 1, policy, "$.key.exponent", "An odd number of at least 65537.");
        Require(
            policy.Key.RequestHashes.Count > 0 && policy.Key.RequestHashes.All(hash => hash is "SHA-256" or "SHA-384" or "SHA-512"),
            policy,
            "$.key.requestHashes",
            "SHA-256, SHA-384, SHA-512."
        );
        Require(policy.WeakKeys.FermatRounds is >= 1 and <= 10_000, policy, "$.weakKeys.fermatRounds", "1 to 10,000.");
        Require(policy.ProvisioningServer.MostDevices is >= 1 and <= 1000, policy, "$.provisioningServer.mostDevices", "1 to 1,000.");
        Require(
            policy.Device.HeldOuis.Count > 0 && policy.Device.HeldOuis.All(oui => Oui().IsMatch(oui)),
            policy,
            "$.device.heldOuis",
            "At least one; six upper-case hexadecimal digits each."
        );
        Require(
            !policy.Device.HeldOuis.Any(oui =>
                MacAddress.TryParse(oui + "000000", out var mac) && (mac.IsMulticast || mac.IsLocallyAdministered)
            ),
            policy,
            "$.device.heldOuis",
            "The maker's own OUIs only: universally administered, unicast (IEEE 802-2014 §8.2.2)."
        );
    }

    private void CheckUnique<T>(IEnumerable<T> items, Func<T, string> key, string path)
        where T : class
    {
        foreach (var twice in items.GroupBy(key).Where(group => group.Count() > 1))
        {
            foreach (var item in twice.Skip(1))
                Add(item, path, $"'{twice.Key}' is used by {_files.FileOf(twice.First())} already.");
        }
    }

    private void Require(bool holds, object owner, string key, string message)
    {
        if (!holds)
            Add(owner, key, message);
    }

    private void Add(object owner, string key, string message) => _defects.Add(new ConfigurationDefect(_files.FileOf(owner), key, message));

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex StableId();

    [GeneratedRegex(@"\A[0-9A-F]{6}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Oui();
}
