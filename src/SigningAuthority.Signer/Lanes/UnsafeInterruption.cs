using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;

namespace SigningAuthority.Signer.Lanes;

/// <summary>Moments of the issuance procedure, of the log's sealing and of making revocation lists, between which a crash must lose nothing.</summary>
internal enum IssuanceStep
{
    Claimed,
    IntentsCommitted,
    Signed,
    CertificatesCommitted,
    HeadCommitted,
    CheckpointSigned,
    CheckpointRemembered,
    ManifestCommitted,
    ManifestSigned,
    ListSpooled,
    ListIntended,
    ListSigned,
    ListIssued,
}

/// <summary>
/// Kills (SIGKILL) or freezes (SIGSTOP) this very process when it reaches the step that Signer:UnsafeKillAt or
/// Signer:UnsafeFreezeAt names; a frozen process that is thawed goes on and is not frozen again. How the recovery tests stop a
/// Signer at an exact point. Never set in production.
/// </summary>
internal sealed class UnsafeInterruption(IConfiguration configuration)
{
    private const int SigStop = 19;

    private readonly IssuanceStep? _killAt = Read(configuration["Signer:UnsafeKillAt"]);
    private readonly IssuanceStep? _freezeAt = Read(configuration["Signer:UnsafeFreezeAt"]);
    private int _frozen;

    public void At(IssuanceStep step)
    {
        if (step == _killAt)
            Process.GetCurrentProcess().Kill();
        if (step == _freezeAt && Interlocked.Exchange(ref _frozen, 1) == 0)
            _ = Kill(Environment.ProcessId, SigStop);
    }

    private static IssuanceStep? Read(string? name) => Enum.TryParse<IssuanceStep>(name, out var step) ? step : null;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
