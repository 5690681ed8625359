using SigningAuthority.Issuance.Configuration;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>Each kind of wrong configuration is refused, and the refusal names file and key.</summary>
public sealed class WrongConfigurationTests
{
    private const string Sipura = "authorities/sipura.json",
        Client = "authorities/client.json",
        Log = "authorities/log.json";
    private const string CnMac = "profiles/cn-mac.json",
        CnMacAr = "profiles/cn-mac-8021ar.json",
        CiscoSb = "profiles/cisco-sb.json",
        Server = "profiles/provisioning-server.json",
        Responder = "profiles/ocsp-responder.json";
    private const string Spa5xx = "device-families/spa5xx.json",
        Wip310 = "device-families/wip310.json",
        Policy = "policies/policy.json",
        OrderKey = "stations/example.json";

    [Theory]
    // The file itself.
    [InlineData(Sipura, "{", "", "$")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\",", "\"keyLabel\": \"sipura\", \"colour\": 1,", "$.colour")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\",", "\"keyLabel\": \"sipura\", \"keyLabel\": \"other\",", "$.keyLabel")]
    [InlineData(Sipura, "\"keyLabel\"", "\"KeyLabel\"", "$.KeyLabel")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\",", "", "$")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\"", "\"keyLabel\": null", "$.keyLabel")]
    [InlineData(Sipura, "\"validityYears\": 20", "\"validityYears\": \"20\"", "$.validityYears")]
    [InlineData(Sipura, "\"ServerRoot\"", "\"Root\"", "$.purpose")]
    [InlineData(Sipura, "\"ServerRoot\"", "0", "$.purpose")]
    [InlineData(Wip310, "\"WIP310\"", "null", "$.products[0]")]
    // addresses and responders
    [InlineData(CnMac, "\"Ocsp\"", "\"Crl\"", "$.addresses")]
    [InlineData(CnMac, "\"Ocsp\"", "\"Ldap\"", "$.addresses[0]")]
    [InlineData(CnMac, "\"backdateMinutes\": 60", "\"backdateMinutes\": 60, \"ocspNoCheck\": true", "$.ocspNoCheck")]
    [InlineData(Responder, "\"ocspNoCheck\": true", "\"ocspNoCheck\": false", "$.ocspNoCheck")]
    [InlineData(Responder, "\"ocspNoCheck\": true", "\"ocspNoCheck\": true, \"addresses\": [\"Ocsp\"]", "$.addresses")]
    [InlineData(Responder, "\"validityDays\": 14", "\"validityDays\": 91", "$.validityDays")]
    [InlineData(Responder, "\"DigitalSignature\"", "\"DigitalSignature\", \"KeyEncipherment\"", "$.keyUsage")]
    [InlineData(Responder, "\"OcspSigning\"", "\"ClientAuth\"", "$.extendedKeyUsage")]
    [InlineData(Responder, "OCSP responder of", "The responder which answers for certificates of", "$.subject")]
    [InlineData(Sipura, "\"NotTolerated\"", "\"Ignored\"", "$.devicesAccept.addresses")]
    [InlineData(CnMac, "\"subject\": [", "\"subject\": [ null,", "$.subject[0]")]
    // authorities/
    [InlineData(Sipura, "\"id\": \"sipura\"", "\"id\": \"Sipura\"", "$.id")]
    [InlineData(Sipura, "\"id\": \"sipura\"", "\"id\": \"linksys\"", "$.id")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\"", "\"keyLabel\": \"linksys\"", "$.keyLabel")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\"", "\"keyLabel\": \"../sipura\"", "$.keyLabel")]
    [InlineData(Sipura, "\"displayName\": \"Sipura CA\"", "\"displayName\": \" \"", "$.displayName")]
    [InlineData(Sipura, "\"keyLabel\": \"sipura\"", "\"keyLabel\": \"sipura\", \"publishedAs\": \"spacroot\"", "$.publishedAs")]
    [InlineData(Client, "\"spacroot\"", "\"spacroot.crt\"", "$.publishedAs")]
    [InlineData(Client, "\"spacroot\"", "\"sipura\"", "$.publishedAs")]
    [InlineData(Client, "\"spacroot\"", "\"bundle\"", "$.publishedAs")]
    [InlineData(Client, "\"spacroot\"", "\"client-bundle\"", "$.publishedAs")]
    [InlineData(Client, "\"spacroot\"", "\"manifest-7\"", "$.publishedAs")]
    [InlineData(Sipura, "\"id\": \"sipura\"", "\"id\": \"server-bundle\"", "$.id")]
    [InlineData(Sipura, "\"id\": \"sipura\"", "\"id\": \"manifest\"", "$.id")]
    [InlineData(Sipura, "\"RSA-2048\"", "\"RSA-1024\"", "$.key")]
    [InlineData(Sipura, "\"RSA-2048\"", "\"EC-P256\"", "$.key")]
    [InlineData(Log, "\"EC-P256\"", "\"RSA-2048\"", "$.key")]
    [InlineData(Sipura, "\"validityYears\": 20", "\"validityYears\": 0", "$.validityYears")]
    [InlineData(Sipura, "\"validityYears\": 20", "\"validityYears\": 51", "$.validityYears")]
    [InlineData(Sipura, "\"lane\": \"Provider\"", "\"lane\": \"Device\"", "$.lane")]
    [InlineData(Client, "\"lane\": \"Device\"", "\"lane\": \"Provider\"", "$.lane")]
    [InlineData(Log, "\"lane\": \"Log\"", "\"lane\": \"Provider\"", "$.lane")]
    [InlineData(
        Client,
        "\"publishedAs\": \"spacroot\"",
        "\"devicesAccept\": { \"largestRsaBits\": 2048, \"subjectAlternativeName\": \"Ignored\", \"signatureHashes\": [\"SHA-256\"] }",
        "$.devicesAccept"
    )]
    [InlineData(Sipura, "\"largestRsaBits\": 2048", "\"largestRsaBits\": 1024", "$.devicesAccept.largestRsaBits")]
    [InlineData(Sipura, "\"subjectAlternativeName\": \"Ignored\",", "", "$.devicesAccept")]
    [InlineData(Sipura, "\"Ignored\"", "true", "$.devicesAccept.subjectAlternativeName")]
    [InlineData(Sipura, "\"SHA-1\"", "\"MD5\"", "$.devicesAccept.signatureHashes")]
    [InlineData(Sipura, "\"SHA-1\",\n      \"SHA-256\"", "", "$.devicesAccept.signatureHashes")]
    [InlineData(
        Sipura,
        "\"largestRsaBits\": 2048",
        "\"largestRsaBits\": 2048, \"longestValidityDays\": 729",
        "$.devicesAccept.longestValidityDays"
    )]
    [InlineData(Sipura, "\"type\": \"O\"", "\"type\": \"DC\"", "$.subject[0].type")]
    [InlineData(Sipura, "\"value\": \"SigningAuthority\"", "\"value\": \"\"", "$.subject[0].value")]
    [InlineData(Sipura, "\"value\": \"SigningAuthority\"", "\"value\": \"{commonName}\"", "$.subject[0].value")]
    [InlineData(
        Sipura,
        "\"value\": \"SigningAuthority\"",
        "\"value\": \"12345678901234567890123456789012345678901234567890123456789012345\"",
        "$.subject[0].value"
    )]
    [InlineData(Sipura, "\"value\": \"Sipura CA\"", "\"value\": \"Linksys CA\"", "$.subject")]
    // profiles/
    [InlineData(CnMac, "\"id\": \"cn-mac\"", "\"id\": \"cn_mac\"", "$.id")]
    [InlineData(CnMac, "\"id\": \"cn-mac\"", "\"id\": \"station\"", "$.id")]
    [InlineData(CnMac, "\"validityDays\": 3650", "\"validityDays\": 0", "$.validityDays")]
    [InlineData(CnMac, "\"validityDays\": 3650", "\"validityDays\": 20001", "$.validityDays")]
    [InlineData(CnMac, "\"backdateMinutes\": 60", "\"backdateMinutes\": 1441", "$.backdateMinutes")]
    [InlineData(CnMac, "\"backdateMinutes\": 60", "\"backdateMinutes\": -1", "$.backdateMinutes")]
    [InlineData(CnMac, "{MAC}", "{commonName}", "$.subject[3].value")]
    [InlineData(CnMac, "{MAC}", "{MAC} {mac1}", "$.subject[3].value")]
    [InlineData(CnMac, "{MAC}", "{MAC", "$.subject[3].value")]
    [InlineData(CnMac, "\"{MAC}\"", "\"unit\"", "$.subject")]
    [InlineData(CnMac, "\"{MAC}\"", "\"A{MAC}\"", "$.subject")]
    [InlineData(CnMac, "\"{product}\"", "\"{product}*\"", "$.subject")]
    [InlineData(CnMac, "\"SigningAuthority\"", "\"000E08ABCDEF\"", "$.subject[0].value")]
    [InlineData(CnMac, "\"{serial}\"", "\"{serial}_\"", "$.subject[2].value")]
    [InlineData(CiscoSb, "\"value\": \"US\"", "\"value\": \"USA\"", "$.subject[0].value")]
    [InlineData(CiscoSb, "devices@example.com", "devices@exämple.com", "$.subject[6].value")]
    [InlineData(CnMac, "\"DigitalSignature\",\n    \"KeyEncipherment\"", "", "$.keyUsage")]
    [InlineData(Server, "\"DigitalSignature\",", "", "$.keyUsage")]
    [InlineData(CnMac, "\"DigitalSignature\"", "\"KeyCertSign\"", "$.keyUsage[0]")]
    [InlineData(CnMac, "\"ClientAuth\"", "\"ServerAuth\"", "$.extendedKeyUsage")]
    [InlineData(CnMac, "\"ClientAuth\"", "\"ClientAuth\", \"ClientAuth\"", "$.extendedKeyUsage")]
    [InlineData(Server, "\"ServerAuth\"", "", "$.extendedKeyUsage")]
    [InlineData(CnMac, "\"subjectAlternativeName\": false", "\"subjectAlternativeName\": true", "$.subjectAlternativeName")]
    [InlineData(
        "profiles/service-tls.json",
        "\"subjectAlternativeName\": true",
        "\"subjectAlternativeName\": false",
        "$.subjectAlternativeName"
    )]
    [InlineData(CnMac, "\"{product}\"", "\"{product}{serial}\"", "$.subject")]
    [InlineData(CnMac, "\"{product}\"", "\"{product}-{serial}\"", "$.subject")]
    [InlineData(CnMac, "\"{product}\"", "\"A{product}\"", "$.subject")]
    [InlineData(CnMacAr, "\"2.999.1\"", "\"2.999.\"", "$.hardwareModuleName.hwType")]
    [InlineData(CnMacAr, "\"2.999.1\"", "\"acme\"", "$.hardwareModuleName.hwType")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"unit\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"{station}\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"{product}-{serial}\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"é{serial}\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(CnMacAr, "\"hwSerialNum\": \"{serial}\"", "\"hwSerialNum\": \"{serial}*\"", "$.hardwareModuleName.hwSerialNum")]
    [InlineData(Server, "\"validityDays\"", "\"notAfter\": \"NoWellDefinedExpiration\", \"validityDays\"", "$.notAfter")]
    [InlineData(
        Server,
        "\"validityDays\"",
        "\"hardwareModuleName\": { \"hwType\": \"2.999.1\", \"hwSerialNum\": \"1\" }, \"validityDays\"",
        "$.hardwareModuleName"
    )]
    // stations/
    [InlineData(OrderKey, "\"id\": \"example\"", "\"id\": \"Example\"", "$.id")]
    [InlineData(OrderKey, "\"displayName\": \"A", "\"displayName\": \"\", \"colour\": \"A", "$.colour")]
    [InlineData(OrderKey, "\"publicKey\": \"", "\"publicKey\": \"A", "$.publicKey")]
    [InlineData(OrderKey, "\"publicKey\": \"MF", "\"publicKey\": \"MG", "$.publicKey")]
    [InlineData(OrderKey, "\"SPA962\"", "\"SPA000\"", "$.products[0]")]
    [InlineData(OrderKey, "\"SPA962\"", "", "$.products")]
    [InlineData(OrderKey, "\"line-1\"", "", "$.stations")]
    [InlineData(OrderKey, "\"notAfter\": \"2027-", "\"notAfter\": \"2025-", "$.notAfter")]
    [InlineData(OrderKey, "\"notBefore\": \"2026-11-01T00:00:00Z\"", "\"notBefore\": \"2026-11-01\"", "$.notAfter")]
    // device-families/
    [InlineData(Wip310, "\"id\": \"wip310\"", "\"id\": \"WIP310\"", "$.id")]
    [InlineData(Wip310, "\"id\": \"wip310\"", "\"id\": \"spa5xx\"", "$.id")]
    [InlineData(Wip310, "\"WIP310\"", "\"wip310\"", "$.products[0]")]
    [InlineData(Wip310, "\"WIP310\"", "\"SPA504G\"", "$.products[0]")]
    [InlineData(Wip310, "\"WIP310\"", "\"000E08ABCDEF\"", "$.products[0]")]
    [InlineData(Wip310, "\"WIP310\"", "", "$.products")]
    [InlineData(Wip310, "\"authority\": \"cisco-sb\"", "\"authority\": \"cisco\"", "$.serverRoots[0].authority")]
    [InlineData(Wip310, "\"authority\": \"cisco-sb\"", "\"authority\": \"client\"", "$.serverRoots[0].authority")]
    [InlineData(Spa5xx, "\"authority\": \"cisco-2k\"", "\"authority\": \"cisco-sb\"", "$.serverRoots[1].authority")]
    [InlineData(Spa5xx, "\"7.5.6\"", "\"new\"", "$.serverRoots[1].fromFirmware")]
    [InlineData(Spa5xx, "\"7.5.6\"", "\"7.5.6\", \"beforeFirmware\": \"x\"", "$.serverRoots[1].beforeFirmware")]
    [InlineData(Spa5xx, "\"7.5.6\"", "\"7.5.6\", \"beforeFirmware\": \"7.5.6\"", "$.serverRoots[1].beforeFirmware")]
    [InlineData(
        Wip310,
        "\"products\"",
        "\"firmwareAccepts\": [{ \"fromFirmware\": \"x\" }], \"products\"",
        "$.firmwareAccepts[0].fromFirmware"
    )]
    [InlineData(
        Wip310,
        "\"products\"",
        "\"firmwareAccepts\": [{ \"fromFirmware\": \"2.0\", \"beforeFirmware\": \"2.0\" }], \"products\"",
        "$.firmwareAccepts[0].beforeFirmware"
    )]
    [InlineData(
        Wip310,
        "\"products\"",
        "\"firmwareAccepts\": [{ \"signatureHashes\": [] }], \"products\"",
        "$.firmwareAccepts[0].signatureHashes"
    )]
    [InlineData(
        Wip310,
        "\"products\"",
        "\"firmwareAccepts\": [{ \"largestRsaBits\": 0 }], \"products\"",
        "$.firmwareAccepts[0].largestRsaBits"
    )]
    [InlineData(
        Wip310,
        "\"products\"",
        "\"firmwareAccepts\": [{ \"longestValidityDays\": 0 }], \"products\"",
        "$.firmwareAccepts[0].longestValidityDays"
    )]
    [InlineData(Wip310, "\"authority\": \"client\"", "\"authority\": \"sipura\"", "$.deviceCertificates.authority")]
    [InlineData(Wip310, "\"profile\": \"cn-mac\"", "\"profile\": \"station\"", "$.deviceCertificates.profile")]
    // policies/
    [InlineData(Policy, "\"version\": \"2\"", "\"version\": \"\"", "$.version")]
    [InlineData(Policy, "\"smallestRsaBits\": 2048", "\"smallestRsaBits\": 1024", "$.key.smallestRsaBits")]
    [InlineData(Policy, "\"largestRsaBits\": 4096", "\"largestRsaBits\": 1024", "$.key.largestRsaBits")]
    [InlineData(Policy, "\"largestRsaBits\": 4096", "\"largestRsaBits\": 16384", "$.key.largestRsaBits")]
    [InlineData(Policy, "\"exponent\": 65537", "\"exponent\": 65538", "$.key.exponent")]
    [InlineData(Policy, "\"exponent\": 65537", "\"exponent\": 3", "$.key.exponent")]
    [InlineData(Policy, "\"SHA-256\"", "\"SHA-1\"", "$.key.requestHashes")]
    [InlineData(Policy, "\"fermatRounds\": 100", "\"fermatRounds\": 0", "$.weakKeys.fermatRounds")]
    [InlineData(Policy, "\"blocklists\": []", "\"blocklists\": [\"weak-keys/absent\"]", "$.weakKeys.blocklists[0]")]
    [InlineData(Policy, "\"blocklists\": []", "\"blocklists\": [\"policies\"]", "$.weakKeys.blocklists[0]")]
    [InlineData(Policy, "\"blocklists\": []", "\"blocklists\": [\"../weak-keys\"]", "$.weakKeys.blocklists[0]")]
    [InlineData(Policy, "\"blocklists\": []", "\"blocklists\": [\"/etc/passwd\"]", "$.weakKeys.blocklists[0]")]
    [InlineData(Policy, "\"mostDevices\": 32", "\"mostDevices\": 0", "$.provisioningServer.mostDevices")]
    [InlineData(Policy, "\"000E08\"", "\"000e08\"", "$.device.heldOuis")]
    [InlineData(Policy, "\"000E08\"", "", "$.device.heldOuis")]
    [InlineData(Policy, "\"000E08\"", "\"010E08\"", "$.device.heldOuis")]
    [InlineData(Policy, "\"Refuse\"", "\"Accept\"", "$.device.serialWithForeignHexRun")]
    [InlineData(Policy, "\"Automatic\"", "\"Never\"", "$.provisioningServer.approval.default")]
    [InlineData(Policy, "\"expiresAfterDays\": 14", "\"expiresAfterDays\": 0", "$.provisioningServer.approval.expiresAfterDays")]
    [InlineData(
        Policy,
        "\"generations\": []",
        "\"generations\": [{\"generation\": \"client\", \"mode\": \"OneOfficer\"}]",
        "$.provisioningServer.approval.generations[0].generation"
    )]
    [InlineData(Policy, "\"longestKeyDays\": 1095", "\"longestKeyDays\": 0", "$.provisioningServer.renewal.longestKeyDays")]
    [InlineData(Policy, "\"windowDays\": 90", "\"windowDays\": 0", "$.provisioningServer.renewal.windowDays")]
    [InlineData(Policy, "\"000E08FFFF00\"", "\"000E09FFFF00\"", "$.device.testMacRange")]
    [InlineData(Policy, "\"generatedKeysKeptDays\": 30", "\"generatedKeysKeptDays\": 366", "$.device.generatedKeysKeptDays")]
    [InlineData(Policy, "\"mostReissues\": 5", "\"mostReissues\": 101", "$.device.mostReissues")]
    [InlineData(Policy, "\"mostAlone\": 100", "\"mostAlone\": 0", "$.revocation.mostAlone")]
    [InlineData(Policy, "\"mostUnsigned\": 1000", "\"mostUnsigned\": 100001", "$.revocation.mostUnsigned")]
    [InlineData(Policy, "\"windowHours\": 24", "\"windowHours\": 721", "$.revocation.windowHours")]
    [InlineData(Policy, "\"recallExpiresAfterDays\": 7", "\"recallExpiresAfterDays\": 0", "$.revocation.recallExpiresAfterDays")]
    [InlineData(Policy, "\"000E08FFFF00\"", "\"00:0E:08:FF:FF:00\"", "$.device.testMacRange")]
    [InlineData(Policy, "\"reproveDaysBefore\": 30", "\"reproveDaysBefore\": 365", "$.names.reproveDaysBefore")]
    [InlineData(Policy, "\"challengeHours\": 72", "\"challengeHours\": 0", "$.names.challengeHours")]
    [InlineData(Policy, "\"mostContacts\": 10", "\"mostContacts\": 0", "$.notices.mostContacts")]
    [InlineData(Policy, "      60,\n", "      20,\n", "$.notices.daysBefore")]
    [InlineData(Policy, "\"submissions-per-hour\"", "\"requests-per-minute\"", "$.limits[2].name")]
    [InlineData(Policy, "\"submissions-per-hour\"", "\"submissions-per-day\"", "$.limits[2].name")]
    [InlineData(Policy, "\"most\": 600", "\"most\": 0", "$.limits[0].most")]
    public void A_wrong_value_is_refused_by_file_and_key(string file, string old, string replacement, string key)
    {
        using var folder = new ConfigurationFolder();
        folder.Replace(file, old, replacement);
        // A value that is there twice may be reported at either of its places.
        Assert.Contains(Refuse(folder).Defects, defect => defect.Key == key && (defect.File == file || defect.Message.Contains(file)));
    }

    [Theory]
    [InlineData("0123456789abcdef0123\nModulus=C0FFEE\n")]
    [InlineData("# a comment\n0123456789abcdef012\n")]
    [InlineData("# a comment\n0123456789abcdef01.*\n")]
    public void A_list_of_weak_keys_with_a_line_that_names_none_is_refused_by_the_line(string list)
    {
        using var folder = new ConfigurationFolder();
        folder.AddBlocklist(list);
        Assert.Contains(Refuse(folder).Defects, defect => (defect.File, defect.Key) == ("weak-keys/made.txt", "line 2"));
    }

    [Theory]
    [InlineData("authorities/client.json", "authorities/", "$.purpose")]
    [InlineData("authorities/log.json", "authorities/", "$.purpose")]
    [InlineData("profiles/station.json", "profiles/", "$.for")]
    [InlineData("policies/policy.json", "policies/", "$")]
    [InlineData("authorities/cisco-2k.json", "device-families/spa5xx.json", "$.serverRoots[1].authority")]
    [InlineData("profiles/cn-mac.json", "device-families/wip310.json", "$.deviceCertificates.profile")]
    public void A_missing_file_is_refused(string missing, string file, string key)
    {
        using var folder = new ConfigurationFolder();
        File.Delete(folder.In(missing));
        Assert.Contains(Refuse(folder).Defects, defect => (defect.File, defect.Key) == (file, key));
    }

    [Theory]
    [InlineData("authorities/client.json", "authorities/")]
    [InlineData("profiles/station.json", "profiles/")]
    [InlineData("policies/policy.json", "policies/")]
    public void A_file_too_many_is_refused(string original, string section)
    {
        using var folder = new ConfigurationFolder();
        File.Copy(folder.In(original), folder.In(section + "zz.json"));
        Assert.Contains(Refuse(folder).Defects, defect => defect.File == section);
    }

    [Theory]
    [InlineData("authorities")]
    [InlineData("device-families")]
    [InlineData("policies")]
    [InlineData("profiles")]
    public void A_missing_folder_is_refused(string section)
    {
        using var folder = new ConfigurationFolder();
        Directory.Delete(folder.In(section), recursive: true);
        Assert.Contains(Refuse(folder).Defects, defect => defect.File == section + "/");
    }

    [Fact]
    public void Without_keys_that_may_sign_orders_all_are_made_by_hand()
    {
        using var folder = new ConfigurationFolder();
        Directory.Delete(folder.In("stations"), recursive: true);
        Assert.Empty(AuthorityConfiguration.Load(folder.Path).OrderKeys);
    }

    [Fact]
    public void Every_defect_is_told_at_once_and_stands_in_the_message()
    {
        using var folder = new ConfigurationFolder();
        folder.Replace(Sipura, "\"validityYears\": 20", "\"validityYears\": 0");
        folder.Replace(CnMac, "\"validityDays\": 3650", "\"validityDays\": 0");
        folder.Replace(Policy, "\"exponent\": 65537", "\"exponent\": 3");
        var refused = Refuse(folder);
        Assert.Equal([Sipura, CnMac, Policy], refused.Defects.Select(defect => defect.File));
        Assert.All(refused.Defects, defect => Assert.Contains(defect.ToString(), refused.Message));
    }

    private static InvalidConfigurationException Refuse(ConfigurationFolder folder) =>
        Assert.Throws<InvalidConfigurationException>(() => AuthorityConfiguration.Load(folder.Path));
}
