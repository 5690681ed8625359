namespace SigningAuthority.Api.Hosting;

/// <summary>Exit statuses as sysexits.h names them.</summary>
internal static class ExitStatus
{
    public const int Ok = 0;

    /// <summary>EX_TEMPFAIL: the database could not be reached; starting again may help.</summary>
    public const int TryAgain = 75;

    /// <summary>EX_CONFIG: settings, ca-config/ or the schema do not fit; a person has to act.</summary>
    public const int Configuration = 78;
}
