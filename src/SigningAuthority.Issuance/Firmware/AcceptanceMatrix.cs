using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>Whether the phones of a family, with firmware of a range, accept a server through one generation's root, and why not.</summary>
/// <param name="Family">Id of the device family.</param>
/// <param name="Products">The family's models.</param>
/// <param name="FromFirmware">First firmware of the range, inclusive; null for the first there was.</param>
/// <param name="BeforeFirmware">First firmware beyond the range; null for none.</param>
/// <param name="Generation">Id of the server root.</param>
/// <param name="Accepted">True exactly when there are no <paramref name="Reasons"/>.</param>
/// <param name="Asked">A certificate of this generation is asked for, or was issued.</param>
/// <param name="Reasons">Every rule of the firmware that is broken.</param>
public sealed record MatrixRow(
    string Family,
    string DisplayName,
    IReadOnlyList<string> Products,
    string? FromFirmware,
    string? BeforeFirmware,
    string Generation,
    bool Accepted,
    bool Asked,
    IReadOnlyList<Refusal> Reasons
);

/// <summary>A certificate and the generation it was issued under.</summary>
/// <param name="Authority">Id of the server root.</param>
/// <param name="Der">The certificate.</param>
/// <param name="Root">The root's own certificate, DER; null where it is not at hand, then the issuer's name alone is compared.</param>
public sealed record IssuedUnderGeneration(string Authority, ReadOnlyMemory<byte> Der, ReadOnlyMemory<byte>? Root = null);

/// <summary>
/// Device family × firmware range × generation: would these phones accept the server? The rules are those that a phone
/// applies (<see cref="ServerAcceptance"/>); the server's address is taken to be right.
/// </summary>
public static class AcceptanceMatrix
{
    private static readonly FirmwareRule RootNotInFirmware = new(
        RefusalCodes.RootNotInFirmware,
        "ca-config: serverRoots of the family",
        "serve these phones with another generation's certificate, or bring their firmware up to date first"
    );
    private static readonly FirmwareRule NoCertificate = new(
        RefusalCodes.NoCertificate,
        "trust generations: the root differs by model and firmware",
        "name the device with such firmware too: device=MODEL@FIRMWARE"
    );

    /// <summary>Before submission: what the certificates would be like that policy and profile make of this request.</summary>
    /// <param name="configuration">Families, generations, profile.</param>
    /// <param name="request">As decoded; need not be one that the policy approves.</param>
    /// <param name="devices">Device names as the provider wrote them; unknown ones are passed over.</param>
    /// <param name="now">The moment of issuance, and the phones' clock.</param>
    public static IReadOnlyList<MatrixRow> ForRequest(
        AuthorityConfiguration configuration,
        CertificationRequest request,
        IReadOnlyList<string> devices,
        DateTimeOffset now
    )
    {
        var profile = configuration.TheProfile(RequestKind.ProvisioningServer);
        return Build(
            configuration,
            devices,
            GenerationRules
                .Select(configuration, devices)
                .ToDictionary(
                    authority => authority.Id,
                    authority =>
                        JudgeBy(tolerance =>
                            ServerAcceptance.JudgeCertificate(
                                ForeseenCertificate.Of(request, profile, authority, now),
                                tolerance,
                                host: null,
                                now
                            )
                        )
                )
        );
    }

    /// <summary>Of what was issued: judged on the certificates themselves.</summary>
    /// <param name="configuration">Families and generations.</param>
    /// <param name="certificates">One a generation.</param>
    /// <param name="devices">Device names as the provider wrote them; unknown ones are passed over.</param>
    /// <param name="now">The phones' clock.</param>
    public static IReadOnlyList<MatrixRow> ForCertificates(
        AuthorityConfiguration configuration,
        IReadOnlyList<IssuedUnderGeneration> certificates,
        IReadOnlyList<string> devices,
        DateTimeOffset now
    ) =>
        Build(
            configuration,
            devices,
            certificates.ToDictionary(
                issued => issued.Authority,
                issued => JudgeBy(tolerance => Judge(issued, configuration.Authority(issued.Authority), tolerance, now))
            )
        );

    private static Func<FirmwareTolerance, IEnumerable<Refusal>> JudgeBy(Func<FirmwareTolerance, IEnumerable<Refusal>> judge) => judge;

    private static IEnumerable<Refusal> Judge(
        IssuedUnderGeneration issued,
        AuthorityDefinition authority,
        FirmwareTolerance tolerance,
        DateTimeOffset now
    )
    {
        if (ServerCertificate.Read(issued.Der) is not { } certificate)
            return [ServerAcceptance.CanNotBeRead()];
        var chain = issued.Root is { } root
            ? OneLinkChain.Judge(issued.Der, root, [])
            : OneLinkChain.JudgeName(issued.Der, authority.SubjectName);
        var others = ServerAcceptance.JudgeCertificate(certificate, tolerance, host: null, now);
        return chain is null ? others : others.Prepend(chain);
    }

    private static IReadOnlyList<MatrixRow> Build(
        AuthorityConfiguration configuration,
        IReadOnlyList<string> devices,
        IReadOnlyDictionary<string, Func<FirmwareTolerance, IEnumerable<Refusal>>> asked
    )
    {
        var named = devices
            .Select(text => RequestedDevice.TryParse(text, out var device) ? configuration.FindFamily(device.Product) : null)
            .OfType<DeviceFamily>()
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return
        [
            .. from family in configuration.DeviceFamilies
            where named.Contains(family)
            from range in FirmwareRange.Partition(family)
            from root in family.ServerRoots
            select Row(configuration, family, range, root, asked.GetValueOrDefault(root.Authority)),
        ];
    }

    private static MatrixRow Row(
        AuthorityConfiguration configuration,
        DeviceFamily family,
        FirmwareRange range,
        TrustedGeneration root,
        Func<FirmwareTolerance, IEnumerable<Refusal>>? judge
    )
    {
        var authority = configuration.Authority(root.Authority);
        IReadOnlyList<Refusal> reasons = (range.Has(root), judge) switch
        {
            (false, _) =>
            [
                RootNotInFirmware.BrokenBy("This firmware has no such root.", $"firmware with {authority.DisplayName}", $"{range}"),
            ],
            (_, null) => [NoCertificate.BrokenBy("No certificate of this generation is asked for.", authority.DisplayName, "none")],
            (_, var rules) => [.. rules(FirmwareTolerance.Of(authority.DevicesAccept!, family, range))],
        };
        return new MatrixRow(
            family.Id,
            family.DisplayName,
            family.Products,
            range.From?.ToString(),
            range.Before?.ToString(),
            root.Authority,
            reasons.Count == 0,
            judge is not null,
            reasons
        );
    }
}
