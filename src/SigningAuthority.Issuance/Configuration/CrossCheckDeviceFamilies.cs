using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>The part of the checks that looks at device-families/ and what its files name.</summary>
internal sealed partial class CrossCheck
{
    private void CheckDeviceFamilies()
    {
        CheckUnique(_files.DeviceFamilies, family => family.Id, "$.id");
        var seen = new Dictionary<string, string>();
        foreach (var family in _files.DeviceFamilies)
        {
            Require(StableId().IsMatch(family.Id), family, "$.id", $"'{family.Id}' is no kebab-case id of 1 to 32 characters.");
            Require(!string.IsNullOrWhiteSpace(family.DisplayName), family, "$.displayName", "A family has a name that people know it by.");
            Require(family.Products.Count > 0, family, "$.products", "A family has at least one product.");
            for (var i = 0; i < family.Products.Count; i++)
            {
                var product = family.Products[i];
                Require(
                    Product().IsMatch(product) && !HexRun.IsIn(product),
                    family,
                    $"$.products[{i}]",
                    $"'{product}' is no model name: 1 to 32 upper-case letters, digits and '-', without 12 hexadecimal digits in a row."
                );
                Require(seen.TryAdd(product, family.Id), family, $"$.products[{i}]", $"'{product}' is in family {seen[product]} already.");
            }

            CheckTrust(family);
            CheckFirmware(family);
        }
    }

    private void CheckTrust(DeviceFamily family)
    {
        Require(family.ServerRoots.Count > 0, family, "$.serverRoots", "A family trusts at least one generation.");
        for (var i = 0; i < family.ServerRoots.Count; i++)
        {
            var root = family.ServerRoots[i];
            Require(
                _files.Authorities.Any(authority => authority.Id == root.Authority && authority.Purpose == AuthorityPurpose.ServerRoot),
                family,
                $"$.serverRoots[{i}].authority",
                $"'{root.Authority}' is no ServerRoot in authorities/."
            );
            Require(
                family.ServerRoots.Take(i).All(earlier => earlier.Authority != root.Authority),
                family,
                $"$.serverRoots[{i}].authority",
                $"'{root.Authority}' is named twice."
            );
            RequireRange(family, $"$.serverRoots[{i}]", root.FromFirmware, root.BeforeFirmware, "no firmware would have this root.");
        }

        if (family.DeviceCertificates is not { } issuance)
            return;
        Require(
            _files.Authorities.Any(authority => authority.Id == issuance.Authority && authority.Purpose == AuthorityPurpose.ClientRoot),
            family,
            "$.deviceCertificates.authority",
            $"'{issuance.Authority}' is no ClientRoot in authorities/."
        );
        Require(
            _files.Profiles.Any(profile => profile.Id == issuance.Profile && profile.For == RequestKind.Device),
            family,
            "$.deviceCertificates.profile",
            $"'{issuance.Profile}' is no profile for Device in profiles/."
        );
    }

    [GeneratedRegex(@"\A[A-Z0-9-]{1,32}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Product();
}
