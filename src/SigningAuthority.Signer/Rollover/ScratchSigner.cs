using System.Diagnostics;
using SigningAuthority.Signer.Operators;

namespace SigningAuthority.Signer.Rollover;

/// <summary>A key room of its own for a rehearsal: this very program, with the copy's database and the scratch keys, and nothing of the real ones.</summary>
internal sealed class ScratchSigner : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private ScratchSigner(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <param name="connection">The copy, as role sa_signer.</param>
    /// <param name="configuration">Folder.</param>
    /// <param name="keys">Folder.</param>
    /// <param name="passphraseFile">Of the keys.</param>
    /// <param name="state">Folder for what it wants to remember.</param>
    public static ScratchSigner Start(string connection, string configuration, string keys, string passphraseFile, string state)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Under `dotnet SigningAuthority.Signer.dll` the process is dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        start.ArgumentList.Add("run");
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("Keys__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment.Remove("Signer__HealthAddress");
        start.Environment["Keys__Store"] = "file";
        start.Environment["Keys__File__Folder"] = keys;
        start.Environment["Keys__File__PassphraseFile"] = passphraseFile;
        start.Environment["Database__Connection"] = connection;
        start.Environment["CaConfig__Folder"] = configuration;
        start.Environment["Signer__Lanes"] = "Device";
        // No certificate of a rehearsal is ever looked up.
        start.Environment.TryAdd("Publication__Address", "http://rehearsal.invalid");
        start.Environment["Log__StateFile"] = Path.Combine(state, "log.state");
        return new ScratchSigner(Process.Start(start) ?? throw new OperatorException("The rehearsal's key room could not be started."));
    }

    /// <exception cref="OperatorException">It has ended.</exception>
    public void RequireRunning()
    {
        if (_process.HasExited)
            throw new OperatorException($"The rehearsal's key room has ended: {string.Join(Environment.NewLine, LastLines())}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > 20)
                _lines.Dequeue();
        }
    }

    private string[] LastLines()
    {
        lock (_lines)
            return [.. _lines];
    }
}
