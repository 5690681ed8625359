using System.Text;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>
/// Where a simulated line keeps its plan and a journal of what it drew. However it ended, it goes on from there: what stands in the journal
/// is not asked for again, and what was on its way is asked for with the same request, which gets the same certificate. One process at a
/// time. Thread-safe.
/// </summary>
internal sealed class LineFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _journal;

    private LineFolder(LinePlan plan, FileStream journal)
    {
        (Plan, _journal) = (plan, journal);
        Drawn = ReadJournal();
    }

    public LinePlan Plan { get; }

    /// <summary>What was in the journal when the folder was opened.</summary>
    public IReadOnlyList<DrawnUnit> Drawn { get; }

    /// <param name="folder">Made if it is not there.</param>
    /// <param name="plan">Makes the plan of a new line.</param>
    /// <exception cref="InvalidInputException">Another process has the folder, or it holds something else.</exception>
    public static LineFolder Open(string folder, Func<LinePlan> plan)
    {
        Directory.CreateDirectory(folder);
        var journal = OpenAlone(Path.Combine(folder, "certificates.ndjson"));
        try
        {
            var file = Path.Combine(folder, "line.json");
            return new LineFolder(File.Exists(file) ? Read(file) : Write(file, plan()), journal);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Stands in the journal when this returns, even if this process is killed then.</summary>
    public void Append(DrawnUnit unit)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(unit, ServiceReply.Json), (byte)'\n'];
        lock (_journal)
        {
            _journal.Write(line);
            _journal.Flush();
        }
    }

    public void Dispose() => _journal.Dispose();

    private static FileStream OpenAlone(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidInputException($"{file}: another line is at work there.");
        }
    }

    private static LinePlan Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<LinePlan>(File.ReadAllBytes(file), ServiceReply.Json) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InvalidInputException($"{file} is no plan of a simulated line.");
        }
    }

    private static LinePlan Write(string file, LinePlan plan)
    {
        // Whole or not at all: a plan that is there is never made again.
        var unfinished = file + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnerOnly,
        };
        using (var stream = new FileStream(unfinished, options))
            JsonSerializer.Serialize(stream, plan, ServiceReply.Json);
        File.Move(unfinished, file);
        return plan;
    }

    private List<DrawnUnit> ReadJournal()
    {
        var units = new List<DrawnUnit>();
        var whole = 0L;
        using (var reader = new StreamReader(_journal, Encoding.UTF8, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line && TryRead(line) is { } unit)
            {
                units.Add(unit);
                whole += Encoding.UTF8.GetByteCount(line) + 1;
            }
        }

        // A line that was cut off is no line: its unit is asked for again.
        _journal.SetLength(Math.Min(whole, _journal.Length));
        _journal.Seek(0, SeekOrigin.End);
        return units;
    }

    private static DrawnUnit? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<DrawnUnit>(line, ServiceReply.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
