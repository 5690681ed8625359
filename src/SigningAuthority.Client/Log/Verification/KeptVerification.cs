using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Verification;

/// <summary>
/// What a verification leaves for the next: how far it came, and beside it the checkpoint that it last compared with. One run at a
/// time has it.
/// </summary>
internal sealed class KeptVerification : IDisposable
{
    // Losing some seconds of work in a crash is cheaper than writing for each of 40,000 bundles.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly FileStream _turn;
    private long _written = Environment.TickCount64;

    private KeptVerification(string path, FileStream turn) => (_path, _turn) = (path, turn);

    private string CheckpointPath => _path + ".checkpoint";

    /// <exception cref="InvalidInputException">Another run has it.</exception>
    public static KeptVerification Open(string path) => new(path, FileTurn.Take(path));

    /// <summary>A new one if there is none.</summary>
    /// <exception cref="InvalidInputException">The file is no such state; it is left as it is.</exception>
    public async Task<VerificationState> ReadAsync(CancellationToken cancellation)
    {
        if (!File.Exists(_path))
            return new VerificationState();
        try
        {
            return VerificationState.Parse(await File.ReadAllBytesAsync(_path, cancellation));
        }
        catch (FormatException wrong)
        {
            throw new InvalidInputException($"{_path}: {wrong.Message}");
        }
    }

    /// <summary>The checkpoint of the last run; null before the first.</summary>
    public async Task<TrustedCheckpoint?> ReadCheckpointAsync(NoteKey key, CancellationToken cancellation) =>
        File.Exists(CheckpointPath) ? TrustedCheckpoint.Verify(await File.ReadAllBytesAsync(CheckpointPath, cancellation), key) : null;

    public Task WriteCheckpointAsync(byte[] note, CancellationToken cancellation) =>
        ReplaceFile.WriteAsync(CheckpointPath, note, cancellation);

    /// <summary>Now and then, as a verification comes along.</summary>
    public async ValueTask AdvanceAsync(VerificationState state, CancellationToken cancellation)
    {
        if (Environment.TickCount64 - _written >= Interval.TotalMilliseconds)
            await WriteAsync(state, cancellation);
    }

    public async Task WriteAsync(VerificationState state, CancellationToken cancellation)
    {
        await ReplaceFile.WriteAsync(_path, state.ToBytes(), cancellation);
        _written = Environment.TickCount64;
    }

    /// <inheritdoc cref="KeepEvidence.WriteAsync"/>
    public Task<string> KeepEvidenceAsync(byte[] seen, LogFinding found, CancellationToken cancellation) =>
        KeepEvidence.WriteAsync(_path, CheckpointPath, seen, found, cancellation);

    public void Dispose() => _turn.Dispose();
}
