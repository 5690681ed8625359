namespace SigningAuthority.Outreach;

/// <summary>Exit statuses of this program (sysexits.h where it has a word for it).</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>EX_CONFIG: settings, ca-config or the database's schema are not usable.</summary>
    public const int Configuration = 78;
}
