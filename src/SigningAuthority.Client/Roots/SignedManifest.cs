using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Roots;

/// <summary>A manifest whose signature was verified: made here and nowhere else.</summary>
internal sealed class SignedManifest
{
    public const string Name = "manifest.json";
    public const string SignatureName = Name + ".sig";

    private SignedManifest(byte[] octets, byte[] signature, RootManifest content) =>
        (Octets, Signature, Content) = (octets, signature, content);

    public byte[] Octets { get; }

    public byte[] Signature { get; }

    public RootManifest Content { get; }

    /// <exception cref="LogDefectException">The signature is another key's or over other octets, or the manifest is another authority's.</exception>
    public static SignedManifest Verify(byte[] octets, byte[] signature, NoteKey key)
    {
        if (!key.Verify(octets, signature))
            throw new LogDefectException(
                RootFindingCodes.ManifestAltered,
                $"The signature of {Name} is not one of {PlainText.Of(key.Name)}'s key over this file."
            );
        var content = Read(octets);
        if (content.Origin != key.Name)
            throw new LogDefectException(
                RootFindingCodes.WrongOrigin,
                $"The manifest is of {PlainText.Of(content.Origin)}, and the key of {PlainText.Of(key.Name)}."
            );
        return new SignedManifest(octets, signature, content);
    }

    /// <exception cref="LogDefectException">The octets are not those that the manifest lists under this name.</exception>
    public static void RequireFile(ManifestFile listed, byte[] octets)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(octets)) != listed.Sha256)
            throw new LogDefectException(RootFindingCodes.FileAltered, $"{listed.Name} is not the file that the manifest lists.");
    }

    /// <summary>Nobody takes us back to roots of before.</summary>
    /// <param name="kept">What was there already.</param>
    /// <exception cref="LogDefectException">This is an earlier one, or another of the same number.</exception>
    public void RequireNotBefore(SignedManifest kept)
    {
        if (Content.Version < kept.Content.Version)
            throw new LogDefectException(
                RootFindingCodes.ManifestRolledBack,
                $"The service has version {Content.Version}, and version {kept.Content.Version} is here already."
            );
        if (Content.Version == kept.Content.Version && !Octets.AsSpan().SequenceEqual(kept.Octets))
            throw new LogDefectException(
                RootFindingCodes.ManifestForked,
                $"The service's version {Content.Version} is not the version {Content.Version} that is here: keep both and tell the operator."
            );
    }

    private static RootManifest Read(byte[] octets)
    {
        try
        {
            return RootManifest.Read(octets);
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(RootFindingCodes.ManifestMalformed, PlainText.Of(wrong.Message));
        }
    }
}
