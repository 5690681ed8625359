using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>A process that runs until it is stopped, by its own id, or until the test process is gone. Its output goes to a file.</summary>
internal sealed class BackgroundProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int TailLength = 6000;

    // A test process that is killed can't stop what it started.
    private const string Watch = """
        while kill -0 "$0" 2>/dev/null && kill -0 "$1" 2>/dev/null; do sleep 1; done
        kill -KILL "$1" 2>/dev/null
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _command;
    private bool _disposed;

    private BackgroundProcess(Process process, string command, string logFile)
    {
        _process = process;
        _command = command;
        LogFile = logFile;
    }

    public string LogFile { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it stands still (SIGSTOP): state T, the third field of proc(5)'s stat, after the name in parentheses.</summary>
    public bool IsFrozen => File.ReadAllText($"/proc/{Id}/stat").Split(')')[^1].TrimStart().StartsWith('T');

    /// <param name="logFile">Appended to, so that a process started again leaves one file.</param>
    public static BackgroundProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string folder,
        string logFile
    )
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", logFile, file, .. arguments])
        {
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        Process.Start("/bin/sh", ["-c", Watch, Environment.ProcessId.ToString(), process.Id.ToString()]).Dispose();
        return new BackgroundProcess(process, string.Join(' ', [file, .. arguments]), logFile);
    }

    /// <summary>Asks until the answer is yes.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or a minute passed; the message has the end of its log.</exception>
    public async Task WaitUntilAsync(Func<Task<bool>> isSo)
    {
        for (var patience = Stopwatch.StartNew(); !await isSo(); await Task.Delay(50))
        {
            if (HasExited)
                throw new InvalidOperationException($"{_command}\nended with {ExitCode}:\n{LogTail()}");
            if (patience.Elapsed > Patience)
                throw new InvalidOperationException($"{_command}\nis not ready after {Patience}:\n{LogTail()}");
        }
    }

    /// <summary>Asks it to stop (SIGTERM) and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (HasExited)
            return;
        _ = kill(Id, SigTerm);
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException late)
        {
            await KillAsync();
            throw new TimeoutException($"{_command}\ndid not stop within {Patience} and was killed:\n{LogTail()}", late);
        }
    }

    /// <summary>Ends it at once (SIGKILL), as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Lets it go on after it stood still.</summary>
    public void Thaw() => _ = kill(Id, SigCont);

    /// <summary>Waits for its own end.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    public string LogTail()
    {
        var text = File.Exists(LogFile) ? File.ReadAllText(LogFile) : "(no output)";
        return text.Length > TailLength ? text[^TailLength..] : text;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int kill(int pid, int signal);
}
