using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Phones;

/// <summary>A phone of the catalogue, found by its model, its firmware and the root that it was given.</summary>
internal static class KnownPhone
{
    /// <param name="configuration">The catalogue.</param>
    /// <param name="model">"SPA504G@7.5.6"; without firmware, the newest that has the root.</param>
    /// <param name="root">The root of its generation, DER; known by its subject.</param>
    /// <exception cref="InvalidInputException">No such model, or its firmware has no such root.</exception>
    public static PhoneFirmware Find(AuthorityConfiguration configuration, string model, ReadOnlyMemory<byte> root)
    {
        if (!RequestedDevice.TryParse(model, out var device) || configuration.FindFamily(device.Product) is null)
            throw new InvalidInputException($"--device: '{model}' is not in the catalogue.");
        using var certificate = X509CertificateLoader.LoadCertificate(root.Span);
        var name = certificate.SubjectName.RawData;
        return PhoneFirmware.Of(configuration, device).LastOrDefault(phone => phone.Generation.SubjectName.Der.Span.SequenceEqual(name))
            ?? throw new InvalidInputException($"--device: {device} does not trust the root {certificate.Subject}.");
    }
}
