using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace SigningAuthority.Signer.Lanes;

/// <summary>Moments of the issuance procedure between which a crash must lose nothing.</summary>
internal enum IssuanceStep
{
    Claimed,
    IntentsCommitted,
    Signed,
    CertificatesCommitted,
}

/// <summary>
/// Kills this very process (SIGKILL) the first time it reaches the step that Signer:UnsafeKillAt names: how the recovery
/// tests stop a Signer at an exact point. Never set in production.
/// </summary>
internal sealed class UnsafeInterruption(IConfiguration configuration)
{
    private readonly IssuanceStep? _killAt = Enum.TryParse<IssuanceStep>(configuration["Signer:UnsafeKillAt"], out var step) ? step : null;

    public void At(IssuanceStep step)
    {
        if (step == _killAt)
            Process.GetCurrentProcess().Kill();
    }
}
