namespace SigningAuthority.Signer;

/// <summary>Exit statuses of this program (sysexits.h where it has a word for it).</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>What was asked for was not done; standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>`policy replay` found requests that would be decided differently.</summary>
    public const int Differences = 3;

    /// <summary>EX_CONFIG: settings, ca-config or the database's schema are not usable.</summary>
    public const int Configuration = 78;
}
