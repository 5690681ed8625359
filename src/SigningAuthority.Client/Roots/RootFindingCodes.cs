namespace SigningAuthority.Client.Roots;

/// <summary>What may be wrong with published roots. Stable; deploy/runbooks/auditors.md says what each means.</summary>
internal static class RootFindingCodes
{
    public const string ManifestMissing = "manifest-missing";
    public const string ManifestMalformed = "manifest-malformed";

    /// <summary>The signature is not one of the log's key over these octets.</summary>
    public const string ManifestAltered = "manifest-altered";

    /// <summary>An earlier version than the one that is here.</summary>
    public const string ManifestRolledBack = "manifest-rolled-back";

    /// <summary>Another list under the same number as the one that is here.</summary>
    public const string ManifestForked = "manifest-forked";

    public const string WrongOrigin = "wrong-origin";
    public const string FileMissing = "file-missing";
    public const string FileAltered = "file-altered";
}
