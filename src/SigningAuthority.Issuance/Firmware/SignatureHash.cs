namespace SigningAuthority.Issuance.Firmware;

/// <summary>The hash of the certificate's signature must be one that the firmware computes.</summary>
internal static class SignatureHash
{
    private static readonly FirmwareRule NotKnown = new(
        RefusalCodes.SignatureHash,
        "ca-config: devicesAccept.signatureHashes of the generation, firmwareAccepts of the family; unknown in the field for old firmware",
        "nothing but newer firmware helps: this authority signs with SHA-256 and nothing else"
    );

    public static Refusal? Judge(ServerCertificate certificate, FirmwareTolerance tolerance) =>
        tolerance.SignatureHashes is { } known && !known.Contains(certificate.SignatureHash)
            ? NotKnown.BrokenBy(
                "The certificate is signed with a hash that this firmware does not know.",
                string.Join(" or ", known),
                certificate.SignatureHash
            )
            : null;
}
