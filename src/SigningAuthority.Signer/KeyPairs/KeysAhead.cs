using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace SigningAuthority.Signer.KeyPairs;

/// <summary>
/// Key pairs for devices, made ahead: an RSA-2048 pair takes a tenth of a second and more of a processor, and neither the line that
/// waits for one nor the lines that need none are to feel it. One thread of its own makes them, and gives way to whatever else wants the
/// processor; they wait in this process's memory and nowhere else. Thread-safe.
/// </summary>
internal sealed class KeysAhead : IDisposable
{
    /// <summary>At most so many lie in memory: some seconds of work for a line that draws them at full speed.</summary>
    private const int MostKept = 32;

    private const int Bits = 2048;

    // Where all processors are busy this thread gets about a tenth of one (sched(7): each step of niceness is a factor of 1.25).
    private const int Niceness = 10;
    private const int ThisThread = 0;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<RSA> _keys = Channel.CreateBounded<RSA>(MostKept);
    private readonly ManualResetEventSlim _wanted = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _maker;

    public KeysAhead()
    {
        _maker = new Thread(MakeForEver) { IsBackground = true, Name = "keys ahead" };
        _maker.Start();
    }

    /// <summary>Says whether keys are to be made: an authority whose devices all make their own needs none.</summary>
    public void Fill(bool isWanted)
    {
        if (isWanted)
            _wanted.Set();
        else
            _wanted.Reset();
    }

    /// <summary>Waits for one key, and takes what else is there. They are the caller's to dispose of.</summary>
    /// <param name="most">At least 1.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<IReadOnlyList<RSA>> TakeAsync(int most, CancellationToken cancellation)
    {
        var taken = new List<RSA> { await _keys.Reader.ReadAsync(cancellation) };
        while (taken.Count < most && _keys.Reader.TryRead(out var key))
            taken.Add(key);
        return taken;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _maker.Join();
        while (_keys.Reader.TryRead(out var key))
            key.Dispose();
        _wanted.Dispose();
        _stop.Dispose();
    }

    private void MakeForEver()
    {
        // Linux counts niceness by thread; .NET's thread priorities do nothing there. Elsewhere the thread is like any other.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(ThisThread, 0, Niceness);
        try
        {
            while (true)
            {
                _wanted.Wait(_stop.Token);
                if (TryMake() is not { } key)
                    continue;
                _keys.Writer.WriteAsync(key, _stop.Token).AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private RSA? TryMake()
    {
        try
        {
            var key = RSA.Create(Bits);
            // It is made when it is first looked at.
            _ = key.ExportRSAPublicKey();
            return key;
        }
        catch (CryptographicException)
        {
            // Without memory, say. A thread that threw would end the key room.
            _stop.Token.WaitHandle.WaitOne(Pause);
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int niceness);
}
